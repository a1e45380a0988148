using ActorLoop.Connections;

namespace ActorLoop;

/// <summary>The orderly end of what a loop serves.</summary>
public abstract partial class EventLoop
{
    private CoordinatedShutdown? _shutdown;

    /// <summary>
    /// The orderly end of this loop: its servers stop accepting, their connections are closed and those that are left aborted, its
    /// actors stop, and then its run. A run by <see cref="Run(Func{EventLoop, Task}, EventLoopOptions?)"/> is ended only if a signal
    /// was the reason: otherwise the program decides itself when it ends. Loops of a group end with
    /// <see cref="EventLoopGroup.Shutdown"/>. Thread: any; it does not go on on the loop.
    /// </summary>
    public CoordinatedShutdown Shutdown => _shutdown ?? CreateShutdown();

    internal bool ShutsDownOnSignals => _options.ShutdownOnSignals;

    /// <summary>How whoever runs a task on this loop lets the run end; null while nobody does.</summary>
    internal Action<ShutdownReason?>? EndOfRun { get; set; }

    private CoordinatedShutdown CreateShutdown()
    {
        var created = new CoordinatedShutdown(_options.Shutdown with { TimeProvider = TimeProvider });
        ServerShutdown.AddTo(created, () => [.. Tree.Servers().OfType<Server>()]);
        created.AddStep(ShutdownPhases.ActorSystemTerminate, "stop the loop", StopAllAsync);
        return Interlocked.CompareExchange(ref _shutdown, created, null) ?? created;
    }

    private async Task StopAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StopActorsAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (EndOfRun is { } end)
            {
                end(Shutdown.Reason);
            }
            else
            {
                Stop();
            }
        }
    }
}
