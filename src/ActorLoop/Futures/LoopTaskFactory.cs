namespace ActorLoop;

/// <summary>
/// Makes the tasks of a loop. Derive from it to see or change every task; see <see cref="EventLoop.TaskFactory"/>.
/// </summary>
/// <remarks>An override ends in a call of the base method, which makes the task. Thread: the loop's.</remarks>
public abstract class LoopTaskFactory
{
    /// <summary>The usual factory: the first step of a task is queued.</summary>
    public static LoopTaskFactory Default { get; } = new StandardFactory(eager: false);

    /// <summary>
    /// The first step runs inside the call that makes the task; a body that never suspends is done when the call returns.
    /// </summary>
    public static LoopTaskFactory Eager { get; } = new StandardFactory(eager: true);

    private protected virtual bool IsEager => false;

    /// <summary>Makes a task.</summary>
    /// <param name="loop">The loop it runs on.</param>
    /// <param name="body">What it runs.</param>
    /// <param name="options">Its options.</param>
    /// <returns>The task.</returns>
    public virtual LoopTask Create(EventLoop loop, Func<CancellationToken, Task> body, LoopTaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        var task = new LoopTask(loop.FutureHost, body, options);
        task.Start(options.Eager ?? IsEager);
        return task;
    }

    /// <summary>Makes a task that has a result.</summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="loop">The loop it runs on.</param>
    /// <param name="body">What it runs.</param>
    /// <param name="options">Its options.</param>
    /// <returns>The task.</returns>
    public virtual LoopTask<T> Create<T>(EventLoop loop, Func<CancellationToken, Task<T>> body, LoopTaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        var task = new LoopTask<T>(loop.FutureHost, body, options);
        task.Start(options.Eager ?? IsEager);
        return task;
    }

    private sealed class StandardFactory(bool eager) : LoopTaskFactory
    {
        private protected override bool IsEager => eager;
    }
}
