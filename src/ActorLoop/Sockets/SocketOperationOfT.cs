using System.Threading.Tasks.Sources;
using ActorLoop.Execution;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>
/// A call that tries at once, waits for readiness if it must, and is reused when its result was taken: the source behind the
/// value
/// task that the user awaits.
/// </summary>
/// <remarks>
/// The result always arrives as a message of the loop, never inside the call that completes it. Thread: the loop's; only awaiting
/// is possible elsewhere.
/// </remarks>
internal abstract class SocketOperation<TResult>(SocketOperations owner)
    : SocketOperation, IValueTaskSource<TResult>, IValueTaskSource
{
    private static readonly Action<object?> s_resume = static operation => ((SocketOperation<TResult>)operation!).Resume();
    private static readonly Action<object?, CancellationToken> s_cancel =
        static (operation, token) => ((SocketOperation<TResult>)operation!).CancelRequested(token);

    private ManualResetValueTaskSourceCore<TResult> _source;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _token;
    private SocketWatch? _watch;
    private Action<object?>? _continuation;
    private object? _state;
    private SynchronizationContext? _context;

    protected int Descriptor { get; private set; }

    protected abstract SelectorEvents Direction { get; }

    /// <summary>Starts the call; what it takes was set before.</summary>
    public ValueTask<TResult> StartAsync(in SocketAccess access, CancellationToken cancellationToken) =>
        TryFinish(access, cancellationToken, out TResult result, out Exception? failure)
            ? failure is null ? new ValueTask<TResult>(result) : ValueTask.FromException<TResult>(failure)
            : new ValueTask<TResult>(this, _source.Version);

    /// <summary>The same for a call without a result.</summary>
    public ValueTask StartWithoutResultAsync(in SocketAccess access, CancellationToken cancellationToken) =>
        TryFinish(access, cancellationToken, out _, out Exception? failure)
            ? failure is null ? ValueTask.CompletedTask : ValueTask.FromException(failure)
            : new ValueTask(this, _source.Version);

    public override void Proceed()
    {
        if (!TryOnce(out TResult result, out Exception? failure))
        {
            return;
        }

        if (failure is null)
        {
            Leave(mayStay: true);
            _source.SetResult(result);
        }
        else
        {
            Fail(failure);
        }
    }

    public override void Fail(Exception reason)
    {
        Leave(mayStay: false);
        _source.SetException(reason);
    }

    public override void EndIfCanceled()
    {
        if (_token.IsCancellationRequested)
        {
            Fail(new OperationCanceledException(_token));
        }
    }

    TResult IValueTaskSource<TResult>.GetResult(short token) => TakeResult(token);

    void IValueTaskSource.GetResult(short token) => TakeResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        if (_continuation is not null || token != _source.Version)
        {
            throw new InvalidOperationException("A value task of a socket operation can be awaited only once.");
        }

        _context = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0 ? SynchronizationContext.Current : null;
        _state = state;
        _continuation = (flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0
            ? WithContext(continuation)
            : continuation;
        _source.OnCompleted(s_resume, this, token, ValueTaskSourceOnCompletedFlags.None);
    }

    /// <summary>Does it; returns 0 or the error number.</summary>
    protected abstract int Try(out TResult result);

    protected virtual bool MustWait(int error) => SocketErrors.IsTransient(error);

    protected abstract Exception Failure(int error);

    /// <summary>Drops what the call took.</summary>
    protected abstract void Clear();

    /// <summary>Puts the cleared object back where it came from.</summary>
    protected abstract void ReturnTo(SocketOperations owner);

    /// <summary>Asynchronous methods bring their context themselves; only callbacks added by hand need this.</summary>
    private static Action<object?> WithContext(Action<object?> continuation) =>
        DefaultContext.CaptureUnlessDefault() is { } execution
            ? state => ExecutionContext.Run(execution, new ContextCallback(continuation), state)
            : continuation;

    private bool TryFinish(
        in SocketAccess access, CancellationToken cancellationToken, out TResult result, out Exception? failure)
    {
        Descriptor = access.Descriptor;
        result = default!;
        // After many calls that did not have to wait, other messages get their turn: the selector reports readiness soon enough.
        if (owner.MayTryAtOnce() && TryOnce(out result, out failure))
        {
            Recycle();
            return true;
        }

        failure = null;
        try
        {
            _watch = access.Watch ?? new SocketWatch(owner.Core, access.Handle, Direction);
            _watch.Begin(this, Direction);
        }
        catch (Exception refused)
        {
            _watch = null;
            failure = refused;
            Recycle();
            return true;
        }

        if (cancellationToken.CanBeCanceled)
        {
            _token = cancellationToken;
            _cancellation = cancellationToken.UnsafeRegister(s_cancel, this);
        }

        return false;
    }

    private bool TryOnce(out TResult result, out Exception? failure)
    {
        try
        {
            int error = Try(out result);
            failure = error == 0 || MustWait(error) ? null : Failure(error);
            return error == 0 || failure is not null;
        }
        catch (Exception thrown) when (thrown is not FatalLoopException)
        {
            result = default!;
            failure = thrown;
            return true;
        }
    }

    private void Leave(bool mayStay)
    {
        SocketWatch watch = _watch!;
        _watch = null;
        watch.End(this, mayStay);
        // Waits for a cancellation that runs on another thread right now, so that it cannot meet the next use of this object.
        _cancellation.Dispose();
        _cancellation = default;
        _token = default;
    }

    private void CancelRequested(CancellationToken cancellationToken)
    {
        if (owner.Core.IsOnLoop)
        {
            Cancel(_source.Version, cancellationToken);
        }
        else
        {
            short version = _source.Version;
            owner.Core.TryPost(new Message((Action)(() => Cancel(version, cancellationToken))));
        }
    }

    private void Cancel(short version, CancellationToken cancellationToken)
    {
        if (_watch is not null && _source.Version == version)
        {
            Fail(new OperationCanceledException(cancellationToken));
        }
    }

    private TResult TakeResult(short token)
    {
        bool isOver = _source.GetStatus(token) != ValueTaskSourceStatus.Pending;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            if (isOver)
            {
                Recycle();
            }
        }
    }

    private void Recycle()
    {
        Clear();
        _source.Reset();
        _continuation = null;
        _state = null;
        _context = null;
        if (owner.Core.IsOnLoop)
        {
            // The pool belongs to the loop's thread; whoever took the result elsewhere leaves the object to the collector.
            ReturnTo(owner);
        }
    }

    private void Resume()
    {
        Action<object?> continuation = _continuation!;
        switch (_context)
        {
            case LoopSynchronizationContext loop:
                loop.Post(continuation, _state);
                break;
            case { } other:
                other.Post(new SendOrPostCallback(continuation), _state);
                break;
            default:
                owner.Core.TryPost(new Message(continuation, _state));
                break;
        }
    }
}
