using ActorLoop.Futures;

namespace ActorLoop;

/// <summary>Waiting: for a while, and with a limit.</summary>
public abstract partial class EventLoop
{
    private OneTurn? _oneTurn;

    /// <summary>Waits on the loop's clock; zero and less goes on in the next turn. Mirrors <c>asyncio.sleep</c>.</summary>
    /// <param name="delay">How long.</param>
    /// <param name="cancellationToken">Ends the wait; where none is given, the cancellation of the current task does.</param>
    /// <returns>Await it once, on the loop.</returns>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public ValueTask SleepAsync(TimeSpan delay, CancellationToken cancellationToken = default)
    {
        cancellationToken = TaskToken.Or(cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        return delay > TimeSpan.Zero
            ? new ValueTask(Task.Delay(delay, TimeProvider, cancellationToken))
            : new ValueTask(_oneTurn ??= new OneTurn(Core), token: 0);
    }

    /// <summary>
    /// Runs a body with a time limit. When it is over, the body is canceled and waited for: nothing of it runs on
    /// afterwards. Mirrors
    /// <c>asyncio.timeout</c>.
    /// </summary>
    /// <param name="body">What to run, as a task of this loop; its token is canceled when the time is up.</param>
    /// <param name="timeout">How long it may take; <see cref="Timeout.InfiniteTimeSpan"/> has no limit.</param>
    /// <param name="cancellationToken">Cancels the body; where none is given, the cancellation of the current task does.</param>
    /// <returns>Done when the body has ended. A body that was canceled and still returned normally has succeeded.</returns>
    /// <exception cref="TimeoutException">The time was up and the body ended canceled.</exception>
    /// <exception cref="OperationCanceledException">Something else canceled the body.</exception>
    public Task WithTimeoutAsync(
        Func<CancellationToken, Task> body, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        CheckTimeout(timeout);
        return WaitForAsync(CreateTask(body), timeout, cancellationToken);
    }

    /// <inheritdoc cref="WithTimeoutAsync(Func{CancellationToken, Task}, TimeSpan, CancellationToken)"/>
    /// <typeparam name="T">Type of the result.</typeparam>
    public Task<T> WithTimeoutAsync<T>(
        Func<CancellationToken, Task<T>> body, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        CheckTimeout(timeout);
        return WaitForAsync(CreateTask(body), timeout, cancellationToken);
    }

    /// <summary>
    /// Waits for a task with a time limit; when it is over, the task is canceled and waited for. Mirrors <c>wait_for</c>.
    /// </summary>
    /// <param name="task">A task of this loop.</param>
    /// <param name="timeout">How long it may take; zero or less cancels it unless it is done.</param>
    /// <param name="cancellationToken">Cancels the task; where none is given, the cancellation of the current task does.</param>
    /// <returns>Done when the task has ended. A task that was canceled and still returned normally has succeeded.</returns>
    /// <exception cref="TimeoutException">The time was up and the task ended canceled.</exception>
    /// <exception cref="OperationCanceledException">Something else canceled the task.</exception>
    public async Task WaitForAsync(LoopTask task, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        bool timedOut = false;
        TimerHandle? timer = null;
        if (timeout > TimeSpan.Zero)
        {
            timer = CallLater(timeout, () => timedOut = task.Cancel("The time is up."));
        }
        else if (timeout != Timeout.InfiniteTimeSpan)
        {
            // At once, not by a timer: a task that has not begun must not begin.
            timedOut = task.Cancel("The time is up.");
        }

        try
        {
            // Posted: the token may be canceled by any thread, and the task belongs to the loop's.
            using (TaskToken.Or(cancellationToken).Register(() => TryPost(() => task.Cancel())))
            {
                // Through .Task: awaiting the task itself would pass our own cancellation on twice.
                await task.Task;
            }
        }
        catch (OperationCanceledException canceled) when (timedOut)
        {
            throw new TimeoutException($"{task.Name} was not done within {timeout}.", canceled);
        }
        finally
        {
            timer?.Cancel();
        }
    }

    /// <inheritdoc cref="WaitForAsync(LoopTask, TimeSpan, CancellationToken)"/>
    /// <typeparam name="T">Type of the result.</typeparam>
    public async Task<T> WaitForAsync<T>(LoopTask<T> task, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        await WaitForAsync((LoopTask)task, timeout, cancellationToken);
        return task.Result;
    }

    private static void CheckTimeout(TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(timeout), timeout, "The time limit is zero, positive, or Timeout.InfiniteTimeSpan.");
        }
    }
}
