namespace ActorLoop.Connections;

/// <summary>The steps in which a server ends, as tasks of the phases of a coordinated shutdown.</summary>
internal static class ServerShutdown
{
    /// <summary>Ends one server by itself; gives back how many connections had to be aborted.</summary>
    public static async Task<int> RunAsync(Server server, TimeSpan drainTimeout, TimeProvider time)
    {
        if (drainTimeout < TimeSpan.Zero && drainTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(drainTimeout), drainTimeout, "The drain time is zero, positive, or Timeout.InfiniteTimeSpan.");
        }

        int aborted = 0;
        var shutdown = new CoordinatedShutdown(new CoordinatedShutdownOptions
        {
            TimeProvider = time,
            Phases =
            [
                new ShutdownPhase(ShutdownPhases.ServiceUnbind) { Timeout = Timeout.InfiniteTimeSpan },
                new ShutdownPhase(ShutdownPhases.ServiceStop) { Timeout = drainTimeout },
                new ShutdownPhase(ShutdownPhases.ServiceAbort) { Timeout = Timeout.InfiniteTimeSpan },
            ],
        })
        {
            StaysOnContext = true,
        };
        AddTo(shutdown, () => [server], count => aborted = count);
        await shutdown.RunAsync(ShutdownReason.Requested);
        return aborted;
    }

    /// <summary>Adds the steps of servers that are asked for when each phase begins.</summary>
    public static void AddTo(CoordinatedShutdown shutdown, Func<IReadOnlyList<Server>> servers, Action<int>? aborted = null)
    {
        shutdown.AddStep(
            ShutdownPhases.ServiceUnbind, "stop accepting", _ => Task.WhenAll(servers().Select(server => server.CloseAsync())));
        shutdown.AddStep(ShutdownPhases.ServiceStop, "close connections", token => EndAsync(servers(), server => server.CloseClients(), token));
        shutdown.AddStep(ShutdownPhases.ServiceAbort, "abort connections", token =>
        {
            IReadOnlyList<Server> all = servers();
            aborted?.Invoke(all.Sum(server => server.ConnectionCount));
            return EndAsync(all, server => server.AbortClients(), token);
        });
    }

    private static Task EndAsync(IReadOnlyList<Server> servers, Action<Server> end, CancellationToken cancellationToken)
    {
        foreach (Server server in servers)
        {
            end(server);
        }

        return Task.WhenAll(servers.Select(server => server.WaitClosedAsync(cancellationToken)));
    }
}
