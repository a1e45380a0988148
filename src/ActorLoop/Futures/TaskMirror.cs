using System.Runtime.CompilerServices;

namespace ActorLoop.Futures;

/// <summary>The <see cref="Task"/> that shows a future to other threads.</summary>
internal abstract class TaskMirror
{
    public abstract Task Task { get; }

    /// <summary>Takes over the outcome of a future that is done. Any thread, any number of times.</summary>
    public abstract void Complete(LoopFuture future);
}

/// <inheritdoc cref="TaskMirror"/>
/// <param name="result">Where the result comes from; null for a future without one.</param>
internal sealed class TaskMirror<T>(IResultSource<T>? result) : TaskMirror
{
    // Whoever waits on another thread must not run inside the loop's turn.
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task<T> Task => _source.Task;

    public override void Complete(LoopFuture future)
    {
        switch (future.State)
        {
            case FutureState.Succeeded:
                _source.TrySetResult(result is null ? default! : result.StoredResult);
                break;
            case FutureState.Failed:
                _source.TrySetException(future.StoredException!);
                break;
            case FutureState.Canceled:
                CompleteCanceled(future.CanceledException());
                break;
        }
    }

    private void CompleteCanceled(OperationCanceledException exception)
    {
        // TrySetCanceled would drop the exception, and with it the message given to Cancel; a builder keeps it.
        AsyncTaskMethodBuilder<T> builder = AsyncTaskMethodBuilder<T>.Create();
        builder.SetException(exception);
        _source.TrySetFromTask(builder.Task);
    }
}
