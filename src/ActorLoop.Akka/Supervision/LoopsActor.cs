using Akka.Actor;

namespace ActorLoop.Akka.Supervision;

/// <summary>/user/actorloop: the parent of the loops.</summary>
internal sealed class LoopsActor(ActorLoopExtension owner) : UntypedActor
{
    public static Props PropsOf(ActorLoopExtension owner) => Props.CreateBy(new Producer(owner));

    protected override AkkaStrategy SupervisorStrategy() => owner.LoopStrategy ?? new AkkaOneForOne(
        static failure => failure is LoopLostException ? AkkaDirective.Escalate : AkkaStrategy.DefaultDecider.Decide(failure));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case OnLoop work:
                IActorRef child = Context.Child(work.Loop.Name);
                if (child.IsNobody())
                {
                    child = Context.ActorOf(LoopActor.PropsOf(work.Loop, owner), work.Loop.Name);
                    work.Loop.TellCreated(child);
                }

                if (work.Spec is not null)
                {
                    child.Tell(work.Spec);
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Something for the actor of a loop, which is made for it if need be.</summary>
    internal sealed record OnLoop(SupervisedLoop Loop, object? Spec);

    private sealed class Producer(ActorLoopExtension owner) : IIndirectActorProducer
    {
        public Type ActorType => typeof(LoopsActor);

        public ActorBase Produce() => new LoopsActor(owner);

        public void Release(ActorBase actor)
        {
        }
    }
}
