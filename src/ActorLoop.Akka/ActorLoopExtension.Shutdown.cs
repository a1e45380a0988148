using ActorLoop.Akka.Supervision;
using Akka;
using Akka.Actor;

namespace ActorLoop.Akka;

/// <summary>The end, in the phases of Akka.NET's coordinated shutdown.</summary>
public sealed partial class ActorLoopExtension
{
    private readonly List<ServerSite> _sites = [];
    private readonly List<Func<Task>> _endings = [];

    /// <summary>
    /// Stops the loops of a group in the phase <c>before-actor-system-terminate</c>, when no actor of ours is left on them. Actors of
    /// your own that are still there run on the thread pool from then on.
    /// </summary>
    /// <param name="group">The group.</param>
    public void StopWithSystem(EventLoopGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        AddEnding(() => group.StopAsync(TimeSpan.Zero));
    }

    /// <summary>Stops a loop in the phase <c>before-actor-system-terminate</c>, when no actor of ours is left on it.</summary>
    /// <param name="thread">The thread of the loop.</param>
    public void StopWithSystem(EventLoopThread thread)
    {
        ArgumentNullException.ThrowIfNull(thread);
        AddEnding(() => thread.StopAsync());
    }

    private void AddShutdownTasks(CoordinatedShutdown shutdown)
    {
        Add(CoordinatedShutdown.PhaseServiceUnbind, "actorloop-stop-accepting", () =>
        {
            Array.ForEach(Sites(), site => site.Close());
            return Task.CompletedTask;
        });
        Add(CoordinatedShutdown.PhaseServiceRequestsDone, "actorloop-drain", () => EndConnectionsAsync(server => server.CloseClients()));
        Add(CoordinatedShutdown.PhaseServiceStop, "actorloop-abort", async () =>
        {
            await EndConnectionsAsync(server => server.AbortClients());
            await StopGuardianAsync(shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        });
        Add(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "actorloop-stop-loops", StopLoopsAsync);

        void Add(string phase, string name, Func<Task> body) => shutdown.AddTask(phase, name, async () =>
        {
            await body();
            return Done.Instance;
        });
    }

    private void AddEnding(Func<Task> ending)
    {
        lock (_gate)
        {
            _endings.Add(ending);
        }
    }

    private void AddSite(ServerSite site)
    {
        lock (_gate)
        {
            _sites.RemoveAll(other => other.IsClosed && other.Servers.All(IsOver));
            _sites.Add(site);
        }
    }

    private ServerSite[] Sites()
    {
        lock (_gate)
        {
            return [.. _sites];
        }
    }

    private static bool IsOver(Server server) => server.WaitClosedAsync(CancellationToken.None).IsCompleted;

    private Task EndConnectionsAsync(Action<Server> end)
    {
        Server[] servers = [.. Sites().SelectMany(site => site.Servers)];
        Array.ForEach(servers, end);
        return Task.WhenAll(servers.Select(server => server.WaitClosedAsync(CancellationToken.None)));
    }

    private async Task StopGuardianAsync(TimeSpan timeout)
    {
        IActorRef? guardian;
        lock (_gate)
        {
            guardian = _guardian;
        }

        if (guardian is not null)
        {
            await guardian.GracefulStop(timeout);
        }
    }

    private async Task StopLoopsAsync()
    {
        Func<Task>[] endings;
        SupervisedLoop[] loops;
        lock (_gate)
        {
            endings = [.. _endings];
            loops = [.. _loops.Values];
        }

        Array.ForEach(loops, loop => loop.BeginStop());
        await Task.WhenAll(
            endings.Select(ending => ending()).Concat(loops.Select(loop => loop.Thread?.StopAsync() ?? Task.CompletedTask)));
    }
}
