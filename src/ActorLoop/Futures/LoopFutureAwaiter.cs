using System.Runtime.CompilerServices;
using ActorLoop.Futures;

namespace ActorLoop;

/// <summary>Awaits a <see cref="LoopFuture"/>. For the compiler: write <c>await future</c>.</summary>
public readonly struct LoopFutureAwaiter : ICriticalNotifyCompletion
{
    private readonly LoopFuture _future;

    internal LoopFutureAwaiter(LoopFuture future) => _future = future;

    /// <summary>Whether the awaiting code may go on without waiting.</summary>
    public bool IsCompleted => _future.IsDone;

    /// <summary>Ends the await: throws what the future failed with.</summary>
    /// <exception cref="InvalidOperationException">The future is not done; an awaiter never blocks.</exception>
    /// <exception cref="OperationCanceledException">The future was canceled.</exception>
    public void GetResult() => _future.ThrowIfNoResult();

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => _future.Await(ContextFlow.Wrap(continuation));

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => _future.Await(continuation);
}

/// <summary>Awaits a future that has a result. For the compiler: write <c>await future</c>.</summary>
/// <typeparam name="T">Type of the result.</typeparam>
public readonly struct LoopFutureAwaiter<T> : ICriticalNotifyCompletion
{
    private readonly LoopFuture _future;

    internal LoopFutureAwaiter(LoopFuture future) => _future = future;

    /// <inheritdoc cref="LoopFutureAwaiter.IsCompleted"/>
    public bool IsCompleted => _future.IsDone;

    /// <summary>Ends the await: returns the result or throws what the future failed with.</summary>
    /// <returns>The result.</returns>
    /// <exception cref="InvalidOperationException">The future is not done; an awaiter never blocks.</exception>
    /// <exception cref="OperationCanceledException">The future was canceled.</exception>
    public T GetResult()
    {
        _future.ThrowIfNoResult();
        return ((IResultSource<T>)_future).StoredResult;
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => _future.Await(ContextFlow.Wrap(continuation));

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => _future.Await(continuation);
}
