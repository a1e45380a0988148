namespace ActorLoop;

/// <summary>A loop that runs on a thread of its own, from construction until it is stopped.</summary>
public sealed class EventLoopThread : IAsyncDisposable
{
    private static readonly TimeSpan s_afterFailure = TimeSpan.FromSeconds(5);

    private readonly EventLoopRunner _runner;
    private readonly Action<EventLoopThread, Exception>? _failed;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _stopping;

    /// <summary>Creates a loop and starts its thread.</summary>
    /// <param name="options">How the loop is made; null is all defaults. The thread has the loop's name.</param>
    public EventLoopThread(EventLoopOptions? options = null)
        : this(() => EventLoop.Create(options))
    {
    }

    /// <summary>Starts a thread for a loop of another kind.</summary>
    /// <param name="loopFactory">Makes the loop; it is closed when the thread ends.</param>
    public EventLoopThread(Func<EventLoop> loopFactory)
        : this(loopFactory, failed: null)
    {
    }

    /// <param name="loopFactory">Makes the loop.</param>
    /// <param name="failed">
    /// Called on the thread when the run of the loop ended by an exception, before the loop is cleaned up and closed; it reports.
    /// </param>
    internal EventLoopThread(Func<EventLoop> loopFactory, Action<EventLoopThread, Exception>? failed)
    {
        _failed = failed;
        _runner = new EventLoopRunner(loopFactory);
        Loop = _runner.Loop;
        Loop.Core.HasThread = true;
        var thread = new Thread(Run) { Name = Loop.Name, IsBackground = true };
        // Unsafe: the thread must not inherit the async locals of whoever happens to create it.
        thread.UnsafeStart();
    }

    /// <summary>The loop. Use <see cref="EventLoop.Post(Action)"/> to reach it from other threads.</summary>
    public EventLoop Loop { get; }

    /// <summary>
    /// Done when the thread has ended; failed if a <see cref="FatalLoopException"/> or a broken selector ended it.
    /// </summary>
    public Task Completion => _ended.Task;

    /// <summary>
    /// Stops the loop: tasks that are left are canceled and awaited, posts that were accepted run, and the loop is closed.
    /// Calling it
    /// again waits for the same end.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the stopping.</param>
    /// <returns>Done when the thread has ended. Do not wait for it on the loop itself.</returns>
    /// <remarks>Thread: any.</remarks>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        // Only once: a later stop would cut short the cleaning up that follows the first.
        if (Interlocked.Exchange(ref _stopping, 1) == 0)
        {
            Loop.Stop();
        }

        return Completion.WaitAsync(cancellationToken);
    }

    /// <summary>The same as <see cref="StopAsync"/>.</summary>
    /// <returns>Done when the thread has ended.</returns>
    public async ValueTask DisposeAsync() => await StopAsync();

    private void Run()
    {
        Exception? failure = TryRun(Loop.RunForever);
        if (failure is not null && _failed is { } failed)
        {
            _runner.Hurry(s_afterFailure);
            Report(TryRun(() => failed(this, failure)));
        }

        Exception? late = TryRun(_runner.Dispose);
        if (failure is null)
        {
            failure = late;
        }
        else if (!ReferenceEquals(failure, late))
        {
            Report(late);
        }

        // The thread has nobody to throw to; whoever holds it learns from Completion.
        if (failure is null)
        {
            _ended.SetResult();
            return;
        }

        _ended.SetException(failure);
        if (_failed is null)
        {
            Report(failure);
        }
    }

    private static Exception? TryRun(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private void Report(Exception? failure)
    {
        if (failure is not null)
        {
            Loop.CallExceptionHandler(new LoopExceptionContext($"The thread of loop '{Loop.Name}' ended") { Exception = failure });
        }
    }
}
