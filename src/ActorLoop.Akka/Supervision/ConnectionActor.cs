using System.Runtime.ExceptionServices;
using Akka.Actor;

namespace ActorLoop.Akka.Supervision;

/// <summary>Speaks for a connection that a server accepted, under the strategy of the server's actor.</summary>
internal sealed class ConnectionActor(ConnectionCell cell) : UntypedActor
{
    /// <summary>By a producer: taking an expression apart would cost more than the connection.</summary>
    public static Props PropsOf(ConnectionCell cell) => Props.CreateBy(new Producer(cell));

    protected override void PreStart() => cell.Attach(Self, Context);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ConnectionFailed failed when cell.IsPending(failed.Number):
                Self.Tell(new FailureSettled(failed.Number));
                ExceptionDispatchInfo.Throw(failed.Failure);
                break;
            case ConnectionFailed:
                break;
            case FailureSettled settled:
                cell.Resume(settled.Number);
                break;
            case ConnectionEnded:
                Context.Stop(Self);
                break;
            default:
                if (!cell.Command(message))
                {
                    Unhandled(message);
                }

                break;
        }
    }

    protected override void PreRestart(Exception reason, object message)
    {
        if (!cell.KeepsTransport)
        {
            cell.Abort(reason);
        }
    }

    protected override void PostRestart(Exception reason)
    {
        if (cell.KeepsTransport)
        {
            cell.Replace(Self, Context);
        }
        else if (cell.IsLost)
        {
            Context.Stop(Self);
        }
    }

    protected override void PostStop() => cell.Abort(reason: null);

    private sealed class Producer(ConnectionCell cell) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ConnectionActor);

        public ActorBase Produce() => new ConnectionActor(cell);

        public void Release(ActorBase actor)
        {
        }
    }
}
