using Akka.Actor;

namespace ActorLoop.Akka.Watching;

/// <summary>Stands for something outside of Akka.NET and ends with it, so that it can be watched.</summary>
internal sealed class MirrorActor(Task end, Func<object, bool> receive) : UntypedActor
{
    public static Props PropsOf(Task end, Func<object, bool> receive) => Props.CreateBy(new Producer(end, receive));

    protected override void PreStart()
    {
        IActorRef self = Self;
        _ = end.ContinueWith(
            _ => self.Tell(PoisonPill.Instance),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    protected override void OnReceive(object message)
    {
        if (!receive(message))
        {
            Unhandled(message);
        }
    }

    private sealed class Producer(Task end, Func<object, bool> receive) : IIndirectActorProducer
    {
        public Type ActorType => typeof(MirrorActor);

        public ActorBase Produce() => new MirrorActor(end, receive);

        public void Release(ActorBase actor)
        {
        }
    }
}
