using System.Diagnostics;
using ActorLoop.Futures;

namespace ActorLoop;

/// <summary>
/// A task that has a result. Made by <see cref="EventLoop.CreateTask{T}(Func{CancellationToken, Task{T}}, string?)"/>.
/// </summary>
/// <typeparam name="T">Type of the result.</typeparam>
/// <inheritdoc cref="LoopTask" path="/remarks"/>
public sealed class LoopTask<T> : LoopTask, IResultSource<T>
{
    private T _result = default!;

    internal LoopTask(IFutureHost host, Func<CancellationToken, Task<T>> body, LoopTaskOptions options)
        : base(host, body, options)
    {
    }

    /// <inheritdoc cref="LoopFuture{T}.Result"/>
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

    /// <inheritdoc cref="LoopFuture.GetAwaiter"/>
    public new LoopFutureAwaiter<T> GetAwaiter()
    {
        VerifyAwait();
        return new LoopFutureAwaiter<T>(this);
    }

    /// <inheritdoc cref="LoopTask.ShieldAsync"/>
    public new Task<T> ShieldAsync(CancellationToken cancellationToken = default) =>
        Task.WaitAsync(TaskToken.Or(cancellationToken));

    private protected override TaskMirror CreateMirror() => new TaskMirror<T>(this);

    private protected override void StoreResult(Task body) => _result = CompletedTask.ResultOf((Task<T>)body);
}
