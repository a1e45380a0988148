using ActorLoop.Futures;

namespace ActorLoop;

/// <summary>
/// Tasks that live and end together: leaving the group waits for all of them, and the first failure cancels the others. Mirrors
/// asyncio's <c>TaskGroup</c>.
/// </summary>
/// <remarks>Thread: the loop's.</remarks>
public sealed class LoopTaskGroup
{
    private readonly EventLoop _loop;
    private readonly HashSet<LoopTask> _tasks = [];
    private readonly List<Exception> _failures = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isEnding;
    private bool _isDone;

    private LoopTaskGroup(EventLoop loop) => _loop = loop;

    /// <summary>Runs a body that starts tasks in a group, and waits until the body and all of its tasks have ended.</summary>
    /// <param name="body">The body, itself a task of the group; its token is canceled when the group ends early.</param>
    /// <param name="cancellationToken">
    /// Cancels the body and the tasks, which are still waited for; where none is given, the cancellation of the current task
    /// does.
    /// </param>
    /// <returns>Done when everything has ended.</returns>
    /// <exception cref="AggregateException">
    /// The body or tasks failed: all of their exceptions; mere cancellation is none.
    /// </exception>
    /// <exception cref="OperationCanceledException">The group was canceled from outside, and nothing failed.</exception>
    /// <exception cref="InvalidOperationException">No loop runs on this thread.</exception>
    public static Task RunAsync(Func<LoopTaskGroup, CancellationToken, Task> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new LoopTaskGroup(EventLoop.Current).RunToEndAsync(body, TaskToken.Or(cancellationToken));
    }

    /// <summary>Starts a task in the group; tasks may start further ones.</summary>
    /// <param name="body">What it runs.</param>
    /// <param name="name">Name for logs and debuggers. Default: null, which is "Task-N".</param>
    /// <returns>The task.</returns>
    /// <exception cref="InvalidOperationException">The group has ended or is being canceled; the body does not run.</exception>
    public LoopTask CreateTask(Func<CancellationToken, Task> body, string? name = null)
    {
        ThrowIfEnding();
        return Add(_loop.CreateTask(body, name));
    }

    /// <inheritdoc cref="CreateTask(Func{CancellationToken, Task}, string?)"/>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="body">What it runs.</param>
    /// <param name="name">Name for logs and debuggers. Default: null, which is "Task-N".</param>
    public LoopTask<T> CreateTask<T>(Func<CancellationToken, Task<T>> body, string? name = null)
    {
        ThrowIfEnding();
        return Add(_loop.CreateTask(body, name));
    }

    /// <summary>
    /// Ends the group early and quietly: the body and all tasks are canceled, and the group completes without an exception.
    /// </summary>
    public void Cancel()
    {
        if (_isEnding)
        {
            return;
        }

        _isEnding = true;
        foreach (LoopTask task in _tasks.ToArray())
        {
            task.Cancel("The task group ends.");
        }
    }

    private async Task RunToEndAsync(Func<LoopTaskGroup, CancellationToken, Task> body, CancellationToken cancellationToken)
    {
        LoopTask main = Add(_loop.CreateTask(token => body(this, token)));
        // Posted: the token may be canceled by any thread, and the tasks belong to the loop's.
        using (cancellationToken.Register(() => _loop.TryPost(Cancel)))
        {
            await _ended.Task;
        }

        if (_failures.Count > 0)
        {
            throw new AggregateException("A task group failed.", _failures);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (main.IsCanceled && !_isEnding)
        {
            throw new OperationCanceledException("The body of a task group ended itself as canceled.");
        }
    }

    private TTask Add<TTask>(TTask task)
        where TTask : LoopTask
    {
        _tasks.Add(task);
        task.AddDoneCallback(future => Ended((LoopTask)future));
        return task;
    }

    private void Ended(LoopTask task)
    {
        _tasks.Remove(task);
        if (!task.IsCanceled && task.Exception is { } failure)
        {
            _failures.Add(failure);
            Cancel();
        }

        if (_tasks.Count == 0)
        {
            _isDone = true;
            _ended.TrySetResult();
        }
    }

    private void ThrowIfEnding()
    {
        if (_isDone || _isEnding)
        {
            string state = _isDone ? "has ended" : "is being canceled";
            throw new InvalidOperationException($"The task group {state} and takes no more tasks.");
        }
    }
}
