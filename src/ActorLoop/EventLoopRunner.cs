using System.Runtime.InteropServices;
using ActorLoop.Signals;

namespace ActorLoop;

/// <summary>
/// Runs several asynchronous methods one after the other on one loop, and cleans up at the end. Mirrors asyncio's
/// <c>Runner</c>.
/// </summary>
/// <remarks>
/// The loop is made on first use, and so is the context: every run starts with the async locals of that moment. What a run
/// sets is not
/// seen by the next one, because an <see cref="ExecutionContext"/> is immutable. Thread: one at a time.
/// </remarks>
public sealed class EventLoopRunner : IDisposable
{
    private readonly Func<EventLoop> _factory;
    private TimeSpan _shutdownTimeout = TimeSpan.FromSeconds(300);
    private EventLoop? _loop;
    private ExecutionContext? _context;
    private bool _isDisposed;

    /// <summary>Creates a runner; the loop is made when it is needed.</summary>
    /// <param name="options">How the loop is made; null is all defaults.</param>
    public EventLoopRunner(EventLoopOptions? options = null) => _factory = () => EventLoop.Create(options);

    /// <summary>Creates a runner for a loop of another kind.</summary>
    /// <param name="loopFactory">Makes the loop; the runner closes it.</param>
    public EventLoopRunner(Func<EventLoop> loopFactory)
    {
        ArgumentNullException.ThrowIfNull(loopFactory);
        _factory = loopFactory;
    }

    /// <summary>
    /// How long <see cref="Dispose"/> waits for canceled tasks, and again for the default executor, before it leaves them
    /// behind and
    /// reports them. Default: 300 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan ShutdownTimeout
    {
        get => _shutdownTimeout;
        init
        {
            if (value < TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(nameof(ShutdownTimeout), value, "The timeout must be zero or positive.");
            }

            _shutdownTimeout = value;
        }
    }

    /// <summary>The loop; asking for it makes it. Mirrors <c>get_loop</c>.</summary>
    /// <exception cref="ObjectDisposedException">The runner was disposed.</exception>
    public EventLoop Loop
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_loop is null)
            {
                _loop = _factory() ?? throw new InvalidOperationException("The loop factory returned null instead of a loop.");
                _context = ExecutionContext.Capture();
            }

            return _loop;
        }
    }

    /// <summary>Runs an asynchronous method as a task of the loop, until it is done.</summary>
    /// <param name="main">What to run. What it throws is thrown as it is.</param>
    /// <remarks>
    /// The first SIGINT or SIGTERM cancels the task: if it ends canceled by that, this call returns as after an orderly end.
    /// A second
    /// one ends the process at once.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// A loop runs on this thread, or the loop was stopped before the end.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The runner was disposed.</exception>
    public void Run(Func<EventLoop, Task> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        Run((loop, _) => main(loop));
    }

    /// <inheritdoc cref="Run(Func{EventLoop, Task})"/>
    /// <param name="main">What to run; its token is canceled by the first SIGINT or SIGTERM.</param>
    public void Run(Func<EventLoop, CancellationToken, Task> main)
    {
        EventLoop loop = Prepare(main);
        LoopTask task = loop.CreateTask(cancellationToken => main(loop, cancellationToken), TaskOptions());
        loop.EndOfRun = reason => End(loop, task, reason);
        using var signals = new StopSignals(signal => Ask(loop, task, signal));
        try
        {
            loop.RunUntilComplete(task);
        }
        catch (OperationCanceledException) when (signals.Asked)
        {
            // Somebody asked the process to end, and it has: that is no failure of the program.
        }
        finally
        {
            loop.EndOfRun = null;
        }
    }

    /// <inheritdoc cref="Run(Func{EventLoop, Task})"/>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <returns>The result of <paramref name="main"/>.</returns>
    public T Run<T>(Func<EventLoop, Task<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        return Run((loop, _) => main(loop));
    }

    /// <inheritdoc cref="Run(Func{EventLoop, CancellationToken, Task})"/>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <returns>The result of <paramref name="main"/>.</returns>
    /// <exception cref="OperationCanceledException">A signal canceled the task, so there is no result.</exception>
    public T Run<T>(Func<EventLoop, CancellationToken, Task<T>> main)
    {
        EventLoop loop = Prepare(main);
        LoopTask<T> task = loop.CreateTask(cancellationToken => main(loop, cancellationToken), TaskOptions());
        loop.EndOfRun = reason => End(loop, task, reason);
        using var signals = new StopSignals(signal => Ask(loop, task, signal));
        try
        {
            loop.RunUntilComplete(task);
            return task.Result;
        }
        finally
        {
            loop.EndOfRun = null;
        }
    }

    /// <summary>
    /// Cancels the tasks that are left and waits for them, reports their errors, disposes async enumerators, shuts the default
    /// executor down, and closes the loop. Calling it again does nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">The loop is running.</exception>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        if (_loop is not { IsClosed: false } loop)
        {
            _isDisposed = true;
            return;
        }

        ThrowIfRunning();
        _isDisposed = true;
        try
        {
            CancelTasks(loop);
            loop.RunUntilComplete(loop.ShutdownAsyncEnumerablesAsync);
            loop.RunUntilComplete(() => loop.ShutdownDefaultExecutorAsync(ShutdownTimeout));
        }
        finally
        {
            loop.Close();
        }
    }

    /// <summary>The loop has failed: its tasks and its executor are given less time.</summary>
    internal void Hurry(TimeSpan timeout) => _shutdownTimeout = timeout < _shutdownTimeout ? timeout : _shutdownTimeout;

    private static void ThrowIfRunning()
    {
        if (EventLoop.CurrentOrDefault is { } running)
        {
            throw new InvalidOperationException($"Loop '{running.Name}' runs on this thread, so no other can: await instead.");
        }
    }

    private EventLoop Prepare(Delegate main)
    {
        ArgumentNullException.ThrowIfNull(main);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfRunning();
        return Loop;
    }

    /// <summary>A signal asks the program to end: at once, or after the orderly end of what its loop serves.</summary>
    private static void Ask(EventLoop loop, LoopTask task, PosixSignal signal)
    {
        if (loop.ShutsDownOnSignals)
        {
            _ = loop.Shutdown.RunAsync(ShutdownReason.FromSignal(signal));
        }
        else
        {
            Cancel(loop, task, signal);
        }
    }

    /// <summary>What the last phase of a shutdown does: only a signal ends a program that has not ended by itself.</summary>
    private static void End(EventLoop loop, LoopTask task, ShutdownReason? reason)
    {
        if (reason?.Signal is { } signal)
        {
            Cancel(loop, task, signal);
        }
    }

    private static void Cancel(EventLoop loop, LoopTask task, PosixSignal signal) =>
        loop.TryPost(() => task.Cancel($"The process received {signal}."));

    private LoopTaskOptions TaskOptions() => new() { Context = _context };

    private void CancelTasks(EventLoop loop)
    {
        LoopTask[] tasks = [.. loop.AllTasks];
        if (tasks.Length == 0)
        {
            return;
        }

        foreach (LoopTask task in tasks)
        {
            task.Cancel("The event loop runner ends.");
        }

        loop.RunUntilComplete(() => EndOfAsync(tasks, loop));
        foreach (LoopTask task in tasks)
        {
            // Closing the loop reports those that have not ended.
            if (task.IsDone && !task.IsCanceled && task.Exception is { } exception)
            {
                loop.CallExceptionHandler(new LoopExceptionContext("Unhandled exception during the shutdown of an event loop runner")
                {
                    Kind = LoopErrorKind.NeverRetrieved,
                    Exception = exception,
                    Task = task,
                });
            }
        }
    }

    private async Task EndOfAsync(LoopTask[] tasks, EventLoop loop) =>
        await Task.WhenAll(tasks.Select(task => task.Task))
            .WaitAsync(ShutdownTimeout, loop.TimeProvider)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}
