using System.Diagnostics;
using ActorLoop.Diagnostics;
using ActorLoop.Scheduling;

namespace ActorLoop;

/// <summary>Cancels a callback that was given to a loop. Mirrors asyncio's <c>Handle</c>.</summary>
/// <remarks>
/// <para>
/// Thread: any. Canceling from another thread than the loop's is safe: the callback either runs completely or not at all.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public class Handle : IMessage
{
    private volatile Delegate? _callback;
    private object? _state;
    private volatile bool _isCanceled;

    internal Handle(Delegate callback, object? state, ExecutionContext? context, CreationTrace? trace)
    {
        _callback = callback;
        _state = state;
        Context = context;
        Trace = trace;
    }

    /// <summary>Whether <see cref="Cancel"/> was called, also when that came after the callback had run.</summary>
    public bool IsCanceled => _isCanceled;

    /// <summary>The context the callback runs in; null is the default one.</summary>
    internal ExecutionContext? Context { get; }

    /// <summary>Where the callback was scheduled; only known in debug mode.</summary>
    internal CreationTrace? Trace { get; }

    /// <summary>Keeps the callback from running, if it has not started, and drops every reference to it.</summary>
    /// <remarks>Thread: any. Calling it again, or after the callback has run, does nothing more.</remarks>
    public void Cancel()
    {
        if (_isCanceled)
        {
            return;
        }

        _isCanceled = true;
        _callback = null;
        _state = null;
        OnCanceled();
    }

    /// <summary>Describes the callback for logs and debuggers.</summary>
    /// <returns>The kind of handle, the callback's method and, in debug mode, where it was scheduled.</returns>
    public override string ToString()
    {
        Delegate? callback = _callback;
        string what = callback is null ? "no callback" : CallbackName.Of(callback);
        string created = Trace is null ? "" : $" created at {Trace.Summary}";
        return $"{GetType().Name} {(_isCanceled ? "canceled " : "")}{what}{created}";
    }

    void IMessage.Run()
    {
        // Read into locals: another thread may cancel between the test and the call.
        Delegate? callback = _callback;
        object? state = _state;
        if (callback is not null && !_isCanceled)
        {
            Started();
            new Message(callback, state).Invoke();
        }
    }

    private protected virtual void OnCanceled()
    {
    }

    private protected virtual void Started()
    {
    }
}
