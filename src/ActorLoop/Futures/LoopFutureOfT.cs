using System.Diagnostics;
using ActorLoop.Futures;

namespace ActorLoop;

/// <summary>A result that a loop will have later, set by hand. Made by <see cref="EventLoop.CreateFuture{T}"/>.</summary>
/// <typeparam name="T">Type of the result.</typeparam>
/// <inheritdoc cref="LoopFuture" path="/remarks"/>
public class LoopFuture<T> : LoopFuture, IResultSource<T>
{
    private T _result = default!;

    internal LoopFuture(IFutureHost host)
        : base(host)
    {
    }

    /// <summary>The result. Reading it counts as observing. Thread: any.</summary>
    /// <exception cref="InvalidOperationException">The future is not done.</exception>
    /// <exception cref="OperationCanceledException">The future was canceled.</exception>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public T Result
    {
        get
        {
            ThrowIfNoResult();
            return _result;
        }
    }

    /// <inheritdoc cref="LoopFuture.Task"/>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public new Task<T> Task => ((TaskMirror<T>)Mirror).Task;

    T IResultSource<T>.StoredResult => _result;

    private protected override string Kind => $"LoopFuture<{typeof(T).Name}>";

    /// <summary>Completes the future with a result.</summary>
    /// <param name="result">The result.</param>
    /// <exception cref="InvalidOperationException">It is done already, or the loop runs on another thread.</exception>
    public void SetResult(T result) => ThrowIfRefused(TrySetResult(result));

    /// <summary>Completes the future with a failure.</summary>
    /// <param name="exception">What <c>await</c> will throw, as it is.</param>
    /// <exception cref="InvalidOperationException">It is done already, or the loop runs on another thread.</exception>
    public void SetException(Exception exception) => ThrowIfRefused(TrySetException(exception));

    /// <summary>Completes the future with a result unless it is done already, for example because it was canceled.</summary>
    /// <param name="result">The result.</param>
    /// <returns>Whether this call completed it.</returns>
    /// <exception cref="InvalidOperationException">The loop runs on another thread.</exception>
    public bool TrySetResult(T result)
    {
        VerifyThread();
        if (!TryBeginCompletion())
        {
            return false;
        }

        _result = result;
        EndCompletion(FutureState.Succeeded);
        return true;
    }

    /// <summary>Completes the future with a failure unless it is done already.</summary>
    /// <param name="exception">What <c>await</c> will throw, as it is.</param>
    /// <returns>Whether this call completed it.</returns>
    /// <exception cref="InvalidOperationException">The loop runs on another thread.</exception>
    public bool TrySetException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        VerifyThread();
        return TryComplete(FutureState.Failed, exception);
    }

    /// <inheritdoc cref="LoopFuture.GetAwaiter"/>
    public new LoopFutureAwaiter<T> GetAwaiter()
    {
        VerifyAwait();
        return new LoopFutureAwaiter<T>(this);
    }

    private protected override TaskMirror CreateMirror() => new TaskMirror<T>(this);

    private void ThrowIfRefused(bool completed)
    {
        if (!completed)
        {
            throw new InvalidOperationException($"{Kind} is done already ({State}); its outcome cannot change.");
        }
    }
}
