using ActorLoop.Connections;

namespace ActorLoop;

/// <content>The end of a group.</content>
public sealed partial class EventLoopGroup
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ShutdownSignals? _signals;
    private bool _isStopping;
    private int _loopsStopped;

    /// <summary>
    /// The orderly end of the group: to add tasks to, and to run. From its beginning on no server is created any more, and no loop
    /// replaced. Thread: any; it never needs a loop of the group to go on.
    /// </summary>
    public CoordinatedShutdown Shutdown { get; }

    /// <summary>Done when every loop is closed, whoever asked for it; failed if a loop that failed was the reason.</summary>
    public Task Completion => _completion.Task;

    /// <summary>
    /// Runs <see cref="Shutdown"/>: servers stop accepting, connections are closed after what they have buffered was sent, those that
    /// are left when the time is up are aborted, and the loops stop. Calling it again waits for the same end.
    /// </summary>
    /// <param name="drainTimeout">How long connections may take; zero aborts at once.</param>
    /// <returns>Done when every loop is closed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative and not infinite.</exception>
    public async Task StopAsync(TimeSpan drainTimeout)
    {
        if (drainTimeout < TimeSpan.Zero && drainTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(drainTimeout), drainTimeout, "The drain time is zero, positive, or Timeout.InfiniteTimeSpan.");
        }

        await Shutdown.RunAsync(
            ShutdownReason.Requested,
            phase => phase.Name == ShutdownPhases.ServiceStop ? phase with { Timeout = drainTimeout } : phase).ConfigureAwait(false);
        await EndLoopsAsync().ConfigureAwait(false);
    }

    /// <summary>Aborts every connection and stops the loops, also after a shutdown that failed.</summary>
    /// <returns>Done when every loop is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        }
        catch (ShutdownFailedException)
        {
            // Whoever ran it knows.
        }

        await EndLoopsAsync().ConfigureAwait(false);
    }

    /// <summary>Stops the loops if no phase did, and waits for their end, however long that takes.</summary>
    private async Task EndLoopsAsync()
    {
        if (Volatile.Read(ref _loopsStopped) == 0)
        {
            await StopLoopsAsync(CancellationToken.None).ConfigureAwait(false);
        }

        // Why they ended is what Completion is asked for.
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private CoordinatedShutdown CreateShutdown()
    {
        var shutdown = new CoordinatedShutdown(_options.Shutdown with { TimeProvider = _options.Loop.TimeProvider })
        {
            Starting = () =>
            {
                lock (_gate)
                {
                    _isStopping = true;
                }
            },
        };
        ServerShutdown.AddTo(shutdown, Servers);
        shutdown.AddStep(ShutdownPhases.ActorSystemTerminate, "stop loops", StopLoopsAsync);
        return shutdown;
    }

    private GroupServer[] Servers()
    {
        lock (_gate)
        {
            return [.. _servers];
        }
    }

    private async Task StopLoopsAsync(CancellationToken cancellationToken)
    {
        EventLoopThread[] living;
        EventLoopThread[] failed;
        lock (_gate)
        {
            living = [.. _places.Where(place => !place.IsLost).Select(place => place.Thread)];
            failed = [.. _failed];
        }

        Task ended = Task.WhenAll([.. living.Select(thread => thread.Completion), .. failed.Select(thread => thread.Completion)]);
        if (Interlocked.Exchange(ref _loopsStopped, 1) == 0)
        {
            _ = EndAsync(ended);
        }

        await Task.WhenAll(living.Select(thread => StopLoopAsync(thread, cancellationToken))).ConfigureAwait(false);
        await ended.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task StopLoopAsync(EventLoopThread thread, CancellationToken cancellationToken)
    {
        try
        {
            await thread.Loop.StopActorsAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ = thread.StopAsync(CancellationToken.None);
        }
    }

    private async Task EndAsync(Task ended)
    {
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _sharedSelector?.Dispose();
        _signals?.Dispose();
        _node.End(withLoop: true);
        if (Shutdown.Reason?.Exception is { } failure)
        {
            _completion.TrySetException(failure);
        }
        else
        {
            _completion.TrySetResult();
        }
    }
}
