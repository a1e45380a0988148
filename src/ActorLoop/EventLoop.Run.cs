namespace ActorLoop;

/// <summary>A program that is one asynchronous method.</summary>
public abstract partial class EventLoop
{
    /// <summary>Runs an asynchronous method on a new loop and cleans up after it. Mirrors <c>asyncio.run</c>.</summary>
    /// <param name="main">What to run, as a task of the new loop.</param>
    /// <param name="options">How the loop is made; null is all defaults.</param>
    /// <remarks>
    /// When it has ended, tasks that are left are canceled and awaited, async enumerators are disposed, the default executor
    /// is shut
    /// down, and the loop is closed; each wait is bounded, see <see cref="EventLoopRunner.ShutdownTimeout"/>. The first
    /// SIGINT or SIGTERM
    /// cancels <paramref name="main"/>, and if it ends canceled this call returns; a second one ends the process. Thread: any
    /// that runs no
    /// loop. What <paramref name="main"/> throws is thrown as it is.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// A loop runs on this thread, or the loop was stopped before the end.
    /// </exception>
    public static void Run(Func<EventLoop, Task> main, EventLoopOptions? options = null)
    {
        using var runner = new EventLoopRunner(options);
        runner.Run(main);
    }

    /// <inheritdoc cref="Run(Func{EventLoop, Task}, EventLoopOptions?)"/>
    /// <param name="main">What to run; its token is canceled by the first SIGINT or SIGTERM.</param>
    /// <param name="options">How the loop is made; null is all defaults.</param>
    public static void Run(Func<EventLoop, CancellationToken, Task> main, EventLoopOptions? options = null)
    {
        using var runner = new EventLoopRunner(options);
        runner.Run(main);
    }

    /// <inheritdoc cref="Run(Func{EventLoop, Task}, EventLoopOptions?)"/>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <returns>The result of <paramref name="main"/>.</returns>
    public static T Run<T>(Func<EventLoop, Task<T>> main, EventLoopOptions? options = null)
    {
        using var runner = new EventLoopRunner(options);
        return runner.Run(main);
    }

    /// <inheritdoc cref="Run(Func{EventLoop, CancellationToken, Task}, EventLoopOptions?)"/>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <returns>The result of <paramref name="main"/>.</returns>
    /// <exception cref="OperationCanceledException">A signal canceled the task, so there is no result.</exception>
    public static T Run<T>(Func<EventLoop, CancellationToken, Task<T>> main, EventLoopOptions? options = null)
    {
        using var runner = new EventLoopRunner(options);
        return runner.Run(main);
    }
}
