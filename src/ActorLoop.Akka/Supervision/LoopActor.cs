using Akka.Actor;
using Akka.Pattern;

namespace ActorLoop.Akka.Supervision;

/// <summary>
/// A loop: the parent of its servers and clients, and the holder of the listening sockets. A restart starts a new thread in place of
/// the lost one and opens the servers and clients again.
/// </summary>
internal sealed class LoopActor(SupervisedLoop loop, List<object> kept, ActorLoopExtension owner) : UntypedActor
{
    private const int Restarts = 10;

    private readonly Dictionary<IActorRef, object> _specs = [];

    public static Props PropsOf(SupervisedLoop loop, ActorLoopExtension owner) =>
        Props.CreateBy(new Producer(loop, owner)).WithDispatcher(loop.DispatcherId);

    protected override AkkaStrategy SupervisorStrategy() =>
        owner.ServerStrategy ?? new AkkaOneForOne(Restarts, TimeSpan.FromMinutes(1), AkkaStrategy.DefaultDecider.Decide);

    protected override void PreStart()
    {
        if (loop.Thread is { } thread)
        {
            IActorRef self = Self;
            _ = thread.Completion.ContinueWith(
                ended => self.Tell(new ThreadEnded(thread, ended.Exception?.InnerException)),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        kept.ForEach(Begin);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ServerSite or ClientSite:
                Begin(message);
                kept.Add(message);
                break;
            case ThreadEnded ended when ended.Thread == loop.Thread && !loop.IsStopping:
                throw new LoopLostException($"Loop '{loop.Loop.Name}' ended although nobody stopped it.", ended.Failure);
            case ThreadEnded:
                break;
            case AkkaTerminated terminated when _specs.Remove(terminated.ActorRef, out object? spec):
                kept.Remove(spec);
                (spec as ServerSite)?.Close();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // The children end, but what they were made from stays: their sockets must not be closed for that.
        foreach (IActorRef child in Context.GetChildren().ToArray())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }
    }

    protected override void PostRestart(Exception reason)
    {
        if (reason is LoopLostException)
        {
            loop.Replace();
        }

        PreStart();
    }

    protected override void PostStop()
    {
        foreach (ServerSite site in kept.OfType<ServerSite>())
        {
            site.Close();
            site.TellFailed(new InvalidOperationException($"Server '{site.Name}' was stopped before it listened."));
        }
    }

    private void Begin(object spec)
    {
        IActorRef child;
        switch (spec)
        {
            case ServerSite site:
                child = Context.ActorOf(ServerActor.PropsOf(site, owner.DispatcherOf), $"server-{site.Name}");
                break;
            case ClientSite client:
                SupervisedClientOptions options = client.Options;
                BackoffOptions backoff = Backoff.OnFailure(
                        ClientActor.PropsOf(client),
                        "connection",
                        options.MinBackoff,
                        options.MaxBackoff,
                        options.RandomFactor,
                        maxNrOfRetries: -1)
                    .WithSupervisorStrategy(options.Strategy ?? new AkkaOneForOne(AkkaStrategy.DefaultDecider.Decide));
                child = Context.ActorOf(BackoffSupervisor.Props(backoff).WithDispatcher(loop.DispatcherId), $"client-{client.Name}");
                client.TellCreated(child);
                break;
            default:
                throw new InvalidOperationException($"{spec} is neither a server nor a client.");
        }

        Context.Watch(child);
        _specs.Add(child, spec);
    }

    private sealed record ThreadEnded(EventLoopThread Thread, Exception? Failure);

    private sealed class Producer(SupervisedLoop loop, ActorLoopExtension owner) : IIndirectActorProducer
    {
        private readonly List<object> _kept = [];

        public Type ActorType => typeof(LoopActor);

        public ActorBase Produce() => new LoopActor(loop, _kept, owner);

        public void Release(ActorBase actor)
        {
        }
    }
}
