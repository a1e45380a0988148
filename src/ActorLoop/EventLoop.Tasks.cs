using ActorLoop.Futures;

namespace ActorLoop;

/// <summary>Futures and tasks.</summary>
public abstract partial class EventLoop
{
    private static readonly LoopTaskOptions s_defaultTaskOptions = new();

    private LoopTaskFactory? _taskFactory;

    /// <summary>The task whose step runs on this thread now, or null. Mirrors <c>current_task</c>. Thread: any.</summary>
    public static LoopTask? CurrentTask => CurrentOrDefault?.Core.CurrentTask;

    /// <summary>The unfinished tasks of this loop at this moment, in no order. Mirrors <c>all_tasks</c>. Thread: any.</summary>
    public IReadOnlyCollection<LoopTask> AllTasks => Core.Tasks.Snapshot();

    /// <summary>
    /// Makes the tasks of this loop. Default: <see cref="LoopTaskFactory.Default"/>, which null brings back. Mirrors
    /// <c>set_task_factory</c> and <c>get_task_factory</c>.
    /// </summary>
    [System.Diagnostics.CodeAnalysis.AllowNull]
    public LoopTaskFactory TaskFactory
    {
        get => _taskFactory ?? LoopTaskFactory.Default;
        set => _taskFactory = value;
    }

    internal IFutureHost FutureHost => Core;

    /// <summary>
    /// Creates a future of this loop. Mirrors <c>create_future</c>. Thread: any; also possible on a closed loop.
    /// </summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <returns>A pending future.</returns>
    public LoopFuture<T> CreateFuture<T>() => new(Core);

    /// <summary>
    /// Starts a task: its first step runs in a later turn, as a message of its own. Mirrors <c>create_task</c>.
    /// </summary>
    /// <param name="body">
    /// What it runs. It gets the token that <see cref="LoopTask.Cancel"/> cancels, in the caller's context.
    /// </param>
    /// <param name="name">Name for logs and debuggers. Default: null, which is "Task-N".</param>
    /// <returns>The task. The loop holds it until it is done.</returns>
    /// <remarks>
    /// Thread: the loop's, or any while it does not run; from another thread await <see cref="LoopFuture.Task"/>.
    /// </remarks>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    /// <exception cref="InvalidOperationException">Debug mode: another thread runs the loop.</exception>
    public LoopTask CreateTask(Func<CancellationToken, Task> body, string? name = null) =>
        CreateTask(body, name is null ? s_defaultTaskOptions : new LoopTaskOptions { Name = name });

    /// <inheritdoc cref="CreateTask(Func{CancellationToken, Task}, string?)"/>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="body">
    /// What it runs. It gets the token that <see cref="LoopTask.Cancel"/> cancels, in the caller's context.
    /// </param>
    /// <param name="name">Name for logs and debuggers. Default: null, which is "Task-N".</param>
    public LoopTask<T> CreateTask<T>(Func<CancellationToken, Task<T>> body, string? name = null) =>
        CreateTask(body, name is null ? s_defaultTaskOptions : new LoopTaskOptions { Name = name });

    /// <inheritdoc cref="CreateTask(Func{CancellationToken, Task}, string?)"/>
    /// <param name="body">What it runs.</param>
    /// <param name="options">Name, context, and whether the first step runs at once.</param>
    public LoopTask CreateTask(Func<CancellationToken, Task> body, LoopTaskOptions options)
    {
        CheckCreateTask(body, options);
        return Named(TaskFactory.Create(this, body, options), options);
    }

    /// <inheritdoc cref="CreateTask(Func{CancellationToken, Task}, string?)"/>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="body">What it runs.</param>
    /// <param name="options">Name, context, and whether the first step runs at once.</param>
    public LoopTask<T> CreateTask<T>(Func<CancellationToken, Task<T>> body, LoopTaskOptions options)
    {
        CheckCreateTask(body, options);
        return Named(TaskFactory.Create(this, body, options), options);
    }

    /// <summary>
    /// Follows a task of the base class library with a future of this loop. Canceling the future cancels the task through its
    /// source, and the other way round. Mirrors <c>wrap_future</c>.
    /// </summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="task">The task to follow; whatever becomes of it after the loop is closed is dropped.</param>
    /// <param name="cancellation">What cancels the task. Default: null, nothing does.</param>
    /// <returns>A future with the task's outcome.</returns>
    public LoopFuture<T> WrapFuture<T>(Task<T> task, CancellationTokenSource? cancellation = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        Core.ThrowIfClosed();
        return WrappedFuture<T>.Follow(Core, task, cancellation);
    }

    private void CheckCreateTask(Delegate body, LoopTaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        Core.ThrowIfClosed();
        Core.CheckThread(nameof(CreateTask));
    }

    private TTask Named<TTask>(TTask? task, LoopTaskOptions options)
        where TTask : LoopTask
    {
        if (task is null)
        {
            throw new InvalidOperationException($"The task factory of loop '{Name}' returned null instead of a task.");
        }

        // Again here, because a factory may have made the task without the options it was given.
        if (options.Name is not null)
        {
            task.Name = options.Name;
        }

        return task;
    }
}
