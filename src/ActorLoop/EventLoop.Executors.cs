using ActorLoop.Executors;

namespace ActorLoop;

/// <summary>Blocking work on other threads.</summary>
public abstract partial class EventLoop
{
    private LoopExecutor? _defaultExecutor;
    private ThreadExecutor? _ownExecutor;
    private bool _executorIsShutDown;

    /// <summary>Runs a blocking function outside of the loop. Mirrors <c>run_in_executor</c>.</summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="executor">Where to run it; null is the default executor, which is made on first use.</param>
    /// <param name="work">What to run. It does not see the caller's async locals.</param>
    /// <param name="cancellationToken">
    /// Cancels the returned task. Work that has not started then never starts; work that runs goes on and its result is dropped.
    /// </param>
    /// <returns>The result, or the exception as it was thrown. Awaited on the loop, it continues on the loop.</returns>
    /// <remarks>Thread: the loop's, or any while it does not run.</remarks>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    /// <exception cref="InvalidOperationException">The executor was shut down.</exception>
    public Task<T> RunInExecutorAsync<T>(LoopExecutor? executor, Func<T> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        Core.ThrowIfClosed();
        Core.CheckThread(nameof(RunInExecutorAsync));
        return ExecutorCall<T>.RunAsync(executor ?? DefaultExecutor(), work, cancellationToken);
    }

    /// <summary>Runs a blocking action outside of the loop. Mirrors <c>run_in_executor</c>.</summary>
    /// <inheritdoc cref="RunInExecutorAsync{T}(LoopExecutor?, Func{T}, CancellationToken)"/>
    public Task RunInExecutorAsync(LoopExecutor? executor, Action work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return RunInExecutorAsync(executor, () => RunAction(work), cancellationToken);
    }

    /// <summary>
    /// Runs a blocking function on the default executor, in a copy of the caller's context. Mirrors <c>asyncio.to_thread</c>.
    /// </summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="work">What to run. It sees the caller's async locals; what it changes in them the caller does not see.</param>
    /// <param name="cancellationToken">
    /// Cancels the returned task. Work that has not started then never starts; work that runs goes on and its result is dropped.
    /// </param>
    /// <returns>The result, or the exception as it was thrown. Awaited on the loop, it continues on the loop.</returns>
    /// <remarks>Thread: the loop's, or any while it does not run.</remarks>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    /// <exception cref="InvalidOperationException">The default executor was shut down.</exception>
    public Task<T> ToThreadAsync<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        // Null where the caller has suppressed the flow of its context: then there is nothing to copy.
        ExecutionContext? context = ExecutionContext.Capture();
        return RunInExecutorAsync(null, context is null ? work : () => RunIn(context, work), cancellationToken);
    }

    /// <inheritdoc cref="ToThreadAsync{T}(Func{T}, CancellationToken)"/>
    public Task ToThreadAsync(Action work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return ToThreadAsync(() => RunAction(work), cancellationToken);
    }

    /// <summary>Replaces the executor that is used where none is given. Mirrors <c>set_default_executor</c>.</summary>
    /// <param name="executor">
    /// The executor; it now belongs to the loop, which shuts it down. One that was given before belongs to its giver again.
    /// </param>
    public void SetDefaultExecutor(LoopExecutor executor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        Core.ThrowIfClosed();
        Core.CheckThread(nameof(SetDefaultExecutor));
        if (_ownExecutor is not null)
        {
            // Nobody else knows the one the loop has made. What is queued there still runs.
            _ = _ownExecutor.ShutdownAsync(TimeSpan.Zero);
            _ownExecutor = null;
        }

        UseDefaultExecutor(executor);
    }

    /// <summary>
    /// Waits, without blocking the loop, until all work of the default executor has ended; later work for it is refused. Mirrors
    /// <c>shutdown_default_executor</c>.
    /// </summary>
    /// <param name="timeout">How long to wait before a warning is reported instead. Default: null, for ever.</param>
    /// <returns>Done when all work has ended or the time is up; at once if there is no default executor.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    public async Task ShutdownDefaultExecutorAsync(TimeSpan? timeout = null)
    {
        if (timeout is { } given && given < TimeSpan.Zero && given != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The timeout must be zero, positive or infinite.");
        }

        _executorIsShutDown = true;
        if (_defaultExecutor is not { } executor)
        {
            return;
        }

        if (!await executor.ShutdownAsync(timeout ?? Timeout.InfiniteTimeSpan))
        {
            Core.Errors.Warn($"The default executor of loop '{Name}' did not finish its work within {timeout}; it is left behind.");
        }
    }

    /// <summary>The executor for work that names none; made on first use.</summary>
    internal LoopExecutor DefaultExecutor()
    {
        if (_executorIsShutDown)
        {
            throw new InvalidOperationException($"The default executor of loop '{Name}' was shut down.");
        }

        return _defaultExecutor ?? UseDefaultExecutor(_ownExecutor = new ThreadExecutor($"{Name}-worker"));
    }

    private static T RunIn<T>(ExecutionContext context, Func<T> work)
    {
        T result = default!;
        ExecutionContext.Run(context, _ => result = work(), null);
        return result;
    }

    private static bool RunAction(Action work)
    {
        work();
        return true;
    }

    private LoopExecutor UseDefaultExecutor(LoopExecutor executor)
    {
        if (_defaultExecutor is null)
        {
            Core.Closed += EndDefaultExecutor;
        }

        _defaultExecutor = executor;
        return executor;
    }

    /// <summary>Closing does not wait: work that runs ends on its own, and nobody on the loop hears of it.</summary>
    private void EndDefaultExecutor()
    {
        try
        {
            _ = _defaultExecutor!.ShutdownAsync(TimeSpan.Zero);
        }
        catch (Exception failure)
        {
            // Somebody else's executor must not keep the loop from closing what comes after it.
            Core.Errors.Report(new LoopExceptionContext("The default executor failed to shut down") { Exception = failure });
        }
    }
}
