using ActorLoop.Futures;
using ActorLoop.Scheduling;

namespace ActorLoop;

/// <summary>Running until something is done.</summary>
public abstract partial class EventLoop
{
    /// <summary>Starts a task and runs the loop until it is done. Mirrors <c>run_until_complete(coroutine)</c>.</summary>
    /// <param name="body">The body of the task; its first step runs in the first turn.</param>
    /// <remarks>Thread: any that runs no loop. The task's exception is thrown as it is.</remarks>
    /// <exception cref="InvalidOperationException">
    /// The loop was stopped before the task was done, or is running already.
    /// </exception>
    public void RunUntilComplete(Func<Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        PrepareRun();
        LoopTask task = CreateTask(_ => body());
        RunOwnTask(task);
        task.GetAwaiter().GetResult();
    }

    /// <summary>Starts a task, runs the loop until it is done, and returns its result.</summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="body">The body of the task; its first step runs in the first turn.</param>
    /// <returns>The result of the task.</returns>
    /// <exception cref="InvalidOperationException">
    /// The loop was stopped before the task was done, or is running already.
    /// </exception>
    public T RunUntilComplete<T>(Func<Task<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        PrepareRun();
        LoopTask<T> task = CreateTask(_ => body());
        RunOwnTask(task);
        return task.Result;
    }

    /// <summary>Runs the loop until a task of the base class library is done.</summary>
    /// <param name="task">Any task; the rest of the turn in which it ends still runs.</param>
    /// <exception cref="InvalidOperationException">
    /// The loop was stopped before the task was done, or is running already.
    /// </exception>
    public void RunUntilComplete(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        PrepareRun();
        var end = new StopMessage(this);
        _ = task.ContinueWith(
            static (_, state) => ((StopMessage)state!).Post(),
            end,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        try
        {
            RunForever();
        }
        finally
        {
            end.Detach();
        }

        ThrowUnless(task.IsCompleted);
        CompletedTask.ThrowIfFailed(task);
    }

    /// <summary>Runs the loop until a task is done and returns its result.</summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="task">Any task.</param>
    /// <returns>The result of the task.</returns>
    /// <exception cref="InvalidOperationException">
    /// The loop was stopped before the task was done, or is running already.
    /// </exception>
    public T RunUntilComplete<T>(Task<T> task)
    {
        RunUntilComplete((Task)task);
        return CompletedTask.ResultOf(task);
    }

    /// <summary>Runs the loop until a future or task of this loop is done; its exception is thrown as it is.</summary>
    /// <param name="future">A future of this loop.</param>
    /// <exception cref="ArgumentException">The future belongs to another loop.</exception>
    /// <exception cref="InvalidOperationException">
    /// The loop was stopped before the future was done, or is running already.
    /// </exception>
    public void RunUntilComplete(LoopFuture future)
    {
        ArgumentNullException.ThrowIfNull(future);
        if (!ReferenceEquals(future.Loop, this))
        {
            throw new ArgumentException($"The future belongs to loop '{future.Loop.Name}', not to '{Name}'.", nameof(future));
        }

        PrepareRun();
        RunUntilDone(future);
        future.GetAwaiter().GetResult();
    }

    private void PrepareRun()
    {
        Core.ThrowIfClosed();
        Core.ThrowIfRunning();
    }

    private void RunOwnTask(LoopTask task)
    {
        try
        {
            RunUntilDone(task);
        }
        finally
        {
            // The caller is told by an exception; closing the loop must not report the task once more.
            task.SuppressPendingReport = !task.IsDone;
        }
    }

    private void RunUntilDone(LoopFuture future)
    {
        Action<LoopFuture> stop = _ => Stop();
        future.AddDoneCallback(stop);
        try
        {
            RunForever();
        }
        finally
        {
            future.RemoveDoneCallback(stop);
        }

        ThrowUnless(future.IsDone);
    }

    private void ThrowUnless(bool done)
    {
        if (!done)
        {
            throw new InvalidOperationException($"Loop '{Name}' was stopped before the awaited task was done.");
        }
    }

    /// <summary>Stops the run that waits for a task, unless that run is over already.</summary>
    private sealed class StopMessage(EventLoop loop) : IMessage
    {
        private volatile bool _detached;

        public void Detach() => _detached = true;

        public void Post()
        {
            if (!_detached)
            {
                loop.Core.TryPost(new Message(this));
            }
        }

        void IMessage.Run()
        {
            if (!_detached)
            {
                loop.Stop();
            }
        }
    }
}
