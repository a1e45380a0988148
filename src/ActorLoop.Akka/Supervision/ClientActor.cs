using System.Runtime.ExceptionServices;
using Akka.Actor;

namespace ActorLoop.Akka.Supervision;

#pragma warning disable CA1001 // PostStop disposes what it owns: that is the end of an actor.
/// <summary>
/// Makes a client connection and speaks for it. Whatever goes wrong is thrown: the parent starts a new one after the back-off.
/// </summary>
internal sealed class ClientActor(ClientSite site) : UntypedActor
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _stop = new();
    private ConnectionCell? _cell;

    public static Props PropsOf(ClientSite site) =>
        Props.CreateBy(new Producer(site)).WithDispatcher(site.Loop.DispatcherId);

    protected override void PreStart()
    {
        IActorRef self = Self;
        CancellationToken stop = _stop.Token;
        LoopWork.Start(
            site.Loop.Loop,
            async _ => await site.ConnectAsync(stop),
            outcome =>
            {
                if (stop.IsCancellationRequested)
                {
                    // Nobody waits any more: the actor was stopped while the last step ran.
                    outcome.Result?.Abort(reason: null);
                }
                else
                {
                    self.Tell(outcome);
                }
            });
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LoopOutcome<ConnectionCell> { Failure: { } failure }:
                throw new ConnectionLostException($"Client '{site.Name}' could not connect to {site.Target}.", failure);
            case LoopOutcome<ConnectionCell> outcome:
                _cell = outcome.Result!;
                _cell.Attach(Self, Context);
                break;
            case ConnectionFailed failed when _cell?.IsPending(failed.Number) == true:
                Self.Tell(new FailureSettled(failed.Number));
                ExceptionDispatchInfo.Throw(failed.Failure);
                break;
            case ConnectionFailed:
                break;
            case FailureSettled settled:
                _cell?.Resume(settled.Number);
                break;
            case ConnectionEnded { Reason: null } when !site.Options.ReconnectAfterClose:
                Context.Stop(Self);
                break;
            case ConnectionEnded ended:
                throw new ConnectionLostException($"Client '{site.Name}' lost its connection to {site.Target}.", ended.Reason);
            default:
                if (_cell?.Command(message) != true)
                {
                    Unhandled(message);
                }

                break;
        }
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        _stop.Dispose();
        _cell?.Abort(reason: null);
    }

    private sealed class Producer(ClientSite site) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ClientActor);

        public ActorBase Produce() => new ClientActor(site);

        public void Release(ActorBase actor)
        {
        }
    }
}
