using Akka.Actor;

namespace ActorLoop.Akka.Tests.Kit;

/// <summary>Props from a function.</summary>
public static class Made
{
    public static Props By(Func<ActorBase> factory) => Props.CreateBy(new Producer(factory));

    private sealed class Producer(Func<ActorBase> factory) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ActorBase);

        public ActorBase Produce() => factory();

        public void Release(ActorBase actor)
        {
        }
    }
}
