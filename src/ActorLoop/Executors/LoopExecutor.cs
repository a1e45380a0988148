namespace ActorLoop;

/// <summary>Runs blocking work outside of the loop. Mirrors the executors of <c>run_in_executor</c>.</summary>
/// <remarks>
/// Derive from it to run work on threads of your own; <see cref="ThreadExecutor"/> is the usual one. Whoever makes an executor
/// disposes it; the default executor of a loop belongs to the loop.
/// </remarks>
public abstract class LoopExecutor : IAsyncDisposable
{
    /// <summary>Queues work. Thread: any.</summary>
    /// <param name="work">
    /// What to run once on some thread. Work of <see cref="EventLoop.RunInExecutorAsync(LoopExecutor?, Action,
    /// CancellationToken)"/>
    /// never throws; an exception of other work ends the process, as on any thread.
    /// </param>
    /// <exception cref="InvalidOperationException">The executor was shut down.</exception>
    public abstract void Execute(Action work);

    /// <summary>Takes no more work, runs what is queued, and waits for it, without blocking. Thread: any.</summary>
    /// <param name="timeout">How long to wait; zero does not wait, <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="cancellationToken">Ends the wait, not the work.</param>
    /// <returns>Whether all work had ended in time.</returns>
    public abstract Task<bool> ShutdownAsync(TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Shuts down and waits for all work.</summary>
    /// <returns>Done when the last work has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        await ShutdownAsync(Timeout.InfiniteTimeSpan);
        GC.SuppressFinalize(this);
    }
}
