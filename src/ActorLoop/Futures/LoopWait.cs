using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;
using ActorLoop.Scheduling;

namespace ActorLoop.Futures;

/// <summary>
/// The source of a <see cref="ValueTask{T}"/> that is used again and again: waiting allocates nothing, and whoever
/// awaits continues through the mailbox, as a step of the task that awaited.
/// </summary>
/// <remarks>
/// <para>Thread: the loop's, or any while it does not run. Only awaiting also works on another thread; it continues on
/// the pool then.</para>
/// <para>A continuation that wants no particular context (<c>ConfigureAwait(false)</c>) runs on the loop too, but with
/// no <see cref="SynchronizationContext"/> set: with one, the runtime would send every outer
/// <c>ConfigureAwait(false)</c> to the thread pool, and parsers built that way would leave the loop.</para>
/// </remarks>
internal abstract class LoopWait<T>(IFutureHost host) : IValueTaskSource<T>, IValueTaskSource, IMessage, IInterruptible
{
    private static readonly Action<object?, CancellationToken> s_canceled =
        static (wait, token) => ((LoopWait<T>)wait!).CancelFromAnywhere(token);

    private Action<object?>? _continuation;
    private object? _state;
    private LoopTask? _task;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private Exception? _failure;
    private T? _result;
    private WaitStage _stage;
    private bool _isPlain;
    private short _version;

    /// <summary>Whether it can be started: the outcome of the last wait was taken.</summary>
    public bool IsFree => _stage == WaitStage.Free;

    public bool IsPending => _stage == WaitStage.Pending;

    /// <summary>What to await; to be taken when the wait begins.</summary>
    public ValueTask<T> Awaitable => new(this, _version);

    /// <summary>The same without the result.</summary>
    public ValueTask UntypedAwaitable => new(this, _version);

    private bool IsMine => host.IsOnLoop || !host.Loop.IsRunning;

    /// <summary>Begins a wait; <see cref="IsFree"/> must hold.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        _token = cancellationToken;
        _stage = WaitStage.Pending;
    }

    public void Succeed(T result)
    {
        _result = result;
        Complete();
    }

    public void Fail(Exception failure)
    {
        _failure = failure;
        Complete();
    }

    public bool Cancel(string? message)
    {
        if (_stage != WaitStage.Pending)
        {
            return false;
        }

        OnCanceled();
        Fail(new OperationCanceledException(message ?? "The wait was canceled.", _token));
        return true;
    }

    void IInterruptible.TokenCanceled(CancellationToken token)
    {
        if (_token == token)
        {
            Cancel(null);
        }
    }

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => Status(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => Status(token);

    T IValueTaskSource<T>.GetResult(short token) => Take(token);

    void IValueTaskSource.GetResult(short token) => Take(token);

    void IValueTaskSource<T>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        ContinueWith(continuation, state, token, flags);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        ContinueWith(continuation, state, token, flags);

    /// <summary>Runs a continuation that wants no context.</summary>
    void IMessage.Run()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        _continuation!(_state);
    }

    /// <summary>The wait is being canceled: forget it, and put back what it took.</summary>
    private protected abstract void OnCanceled();

    private ValueTaskSourceStatus Status(short version)
    {
        Verify(version);
        return _stage != WaitStage.Done ? ValueTaskSourceStatus.Pending
            : _failure is null ? ValueTaskSourceStatus.Succeeded
            : _failure is OperationCanceledException ? ValueTaskSourceStatus.Canceled
            : ValueTaskSourceStatus.Faulted;
    }

    private T Take(short version)
    {
        Verify(version);
        if (_stage != WaitStage.Done)
        {
            throw new InvalidOperationException("The wait is not over: await it, its result cannot be asked for.");
        }

        T result = _result!;
        Exception? failure = _failure;
        _result = default;
        _failure = null;
        _continuation = null;
        _state = null;
        _task = null;
        _token = default;
        _version++;
        _stage = WaitStage.Free;
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return result;
    }

    private void Verify(short version)
    {
        if (version != _version)
        {
            throw new InvalidOperationException("A ValueTask is awaited once only, and this one has been.");
        }
    }

    private void ContinueWith(
        Action<object?> continuation, object? state, short version, ValueTaskSourceOnCompletedFlags flags)
    {
        Verify(version);
        if (!IsMine)
        {
            ContinueOnPool(continuation, state, version);
            return;
        }

        bool flows = (flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0;
        if (flows && ExecutionContext.Capture() is { } context)
        {
            (continuation, state) = (new ContextCall(context, continuation, state).Run, null);
        }

        LoopTask? task = host.IsOnLoop ? host.CurrentTask : null;
        _task = task;
        _state = state;
        _continuation = continuation;
        _isPlain = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) == 0;
        if (_stage == WaitStage.Done)
        {
            PostContinuation();
            return;
        }

        task?.AwaitStarted(this);
        if (task is not null && task.Owns(_token))
        {
            // Its task cancels what it awaits, so the token need not be watched; but it may have been canceled before.
            if (_token.IsCancellationRequested)
            {
                Cancel(null);
            }
        }
        else if (_token.CanBeCanceled)
        {
            _registration = _token.UnsafeRegister(s_canceled, this);
        }
    }

    private void ContinueOnPool(Action<object?> continuation, object? state, short version)
    {
        void OnPool(object? _) => ThreadPool.UnsafeQueueUserWorkItem(new WaitCallback(continuation), state);
        void OnLoop() => ContinueWith(OnPool, null, version, ValueTaskSourceOnCompletedFlags.None);
        if (!host.TryPost(new Message((Action)OnLoop)))
        {
            OnPool(null);
        }
    }

    private void Complete()
    {
        _stage = WaitStage.Done;
        _registration.Unregister();
        _registration = default;
        if (_continuation is not null)
        {
            _task?.AwaitEnded(this);
            PostContinuation();
        }
    }

    private void PostContinuation()
    {
        if (!_isPlain)
        {
            // Refused only by a closed loop, which calls nobody any more.
            host.TryPost(new Message(_continuation!, _state, _task));
        }
        else if (!host.TryPost(new Message(this, null, _task)))
        {
            // Whoever wants no particular context may be waiting on another thread: it must not wait for ever.
            ThreadPool.UnsafeQueueUserWorkItem(new WaitCallback(_continuation!), _state);
        }
    }

    private void CancelFromAnywhere(CancellationToken token)
    {
        if (IsMine)
        {
            ((IInterruptible)this).TokenCanceled(token);
        }
        else
        {
            host.TryPost(new Message((Action)(() => ((IInterruptible)this).TokenCanceled(token))));
        }
    }

    private sealed class ContextCall(ExecutionContext context, Action<object?> continuation, object? state)
    {
        public void Run(object? ignored) => ExecutionContext.Run(context, new ContextCallback(continuation), state);
    }
}
