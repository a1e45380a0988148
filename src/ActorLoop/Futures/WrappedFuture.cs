using ActorLoop.Scheduling;

namespace ActorLoop.Futures;

/// <summary>The loop's view of a task that runs elsewhere. Either side canceled cancels the other.</summary>
internal sealed class WrappedFuture<T> : LoopFuture<T>
{
    private readonly CancellationTokenSource? _cancellation;

    private WrappedFuture(IFutureHost host, CancellationTokenSource? cancellation)
        : base(host) => _cancellation = cancellation;

    /// <param name="host">The loop.</param>
    /// <param name="task">The task to follow.</param>
    /// <param name="cancellation">Cancels the task; null if nothing can.</param>
    public static LoopFuture<T> Follow(IFutureHost host, Task<T> task, CancellationTokenSource? cancellation)
    {
        var future = new WrappedFuture<T>(host, cancellation);
        _ = task.ContinueWith(
            static (done, state) => ((WrappedFuture<T>)state!).Ended(done),
            future,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return future;
    }

    public override bool Cancel(string? message = null)
    {
        if (!base.Cancel(message))
        {
            return false;
        }

        // Canceling runs whatever was registered with the token: not inside this call, unless there are no turns any more.
        if (_cancellation is not null && !Host.TryPost(new Message((Action)_cancellation.Cancel)))
        {
            _cancellation.Cancel();
        }

        return true;
    }

    private void Ended(Task<T> task)
    {
        // A closed loop refuses the post, and the outcome is dropped: nobody is left to tell. The read of Exception below is what
        // keeps the runtime from reporting the task as unobserved a second time.
        _ = task.Exception;
        Host.TryPost(new Message((Action<object?>)Take, task));
    }

    private void Take(object? state)
    {
        var task = (Task<T>)state!;
        if (task.IsCanceled)
        {
            base.Cancel();
        }
        else if (task.Exception is { } exception)
        {
            TrySetException(exception.InnerException!);
        }
        else
        {
            TrySetResult(CompletedTask.ResultOf(task));
        }
    }
}
