using Akka.Actor;

namespace ActorLoop.Akka.Supervision;

/// <summary>
/// A server: accepts, and is the parent of its connections. A restart closes the acceptor and the connections and opens a new
/// acceptor on the same listening sockets, which the parent holds; clients in the queue of the system wait meanwhile.
/// </summary>
internal sealed class ServerActor(ServerSite site, Func<EventLoop, string> dispatcherOf) : UntypedActor
{
    private Server[] _servers = [];

    public static Props PropsOf(ServerSite site, Func<EventLoop, string> dispatcherOf) =>
        Props.CreateBy(new Producer(site, dispatcherOf)).WithDispatcher(site.Loop.DispatcherId);

    protected override AkkaStrategy SupervisorStrategy() =>
        site.Options.Strategy ?? new AkkaOneForOne(static _ => AkkaDirective.Stop);

    protected override void PreStart()
    {
        IActorRef self = Self;
        LoopWork.Start(
            site.Loop.Loop,
            _ => site.OpenAsync(() => new ConnectionCell(
                site.Factory, site.Options.RestartMode, cell => self.Tell(new ConnectionOpened(cell))).Protocol),
            outcome => self.Tell(outcome));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ConnectionOpened opened:
                Context.ActorOf(
                    ConnectionActor.PropsOf(opened.Cell).WithDispatcher(dispatcherOf(opened.Cell.Transport!.Loop)),
                    site.NextConnectionName());
                break;
            case LoopOutcome<Server[]> { Failure: { } failure } when !site.IsClosed:
                site.TellFailed(failure);
                throw new ActorInitializationException(Self, $"Server '{site.Name}' could not listen.", failure);
            case LoopOutcome<Server[]> { Failure: null } outcome:
                _servers = [.. _servers, .. outcome.Result!];
                site.TellStarted(Self);
                break;
            case LoopOutcome<Server[]>:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // First, so that what is accepted from now on is for the new acceptor.
        StopAccepting();
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        StopAccepting();
        // Connections whose actor was not made yet.
        Array.ForEach(_servers, server => server.AbortClients());
    }

    private void StopAccepting() => Array.ForEach(_servers, server => server.Close());

    private sealed record ConnectionOpened(ConnectionCell Cell);

    private sealed class Producer(ServerSite site, Func<EventLoop, string> dispatcherOf) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ServerActor);

        public ActorBase Produce() => new ServerActor(site, dispatcherOf);

        public void Release(ActorBase actor)
        {
        }
    }
}
