using System.Diagnostics;
using System.Runtime.ExceptionServices;
using ActorLoop.Diagnostics;
using ActorLoop.Futures;

namespace ActorLoop;

/// <summary>
/// An outcome that a loop will have later: a result, an exception, or canceled. Mirrors asyncio's <c>Future</c>.
/// </summary>
/// <remarks>
/// <para>Thread: a future belongs to its loop. While the loop runs, members that change it throw
/// <see cref="InvalidOperationException"/> on any other thread: hand the call over with <c>loop.Post(…)</c>. While the loop
/// does not
/// run, any one thread may use it. The state (<see cref="IsDone"/>, <see cref="IsCanceled"/>, <see cref="Exception"/>) may
/// be read
/// and <see cref="Task"/> may be taken on any thread.</para>
/// <para>Ordering: callbacks and continuations of <c>await</c> never run inside the call that completes the future. They are
/// queued
/// in the order in which they were registered and run in the next turn.</para>
/// <para>A failure that nobody observes (by a callback, an <c>await</c>, <see cref="Task"/>, <see cref="Exception"/> or the
/// result)
/// within <see cref="EventLoopOptions.UnobservedExceptionDelay"/> is reported once to the exception handler of the loop.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public abstract partial class LoopFuture : IInterruptible
{
    private volatile int _state;
    private ExceptionDispatchInfo? _failure;
    private string? _cancelMessage;
    private DoneCallbackList _callbacks;
    private TaskMirror? _mirror;

    private protected LoopFuture(IFutureHost host)
    {
        Host = host;
        CreationTrace = host.Debug ? CreationTrace.Capture() : null;
    }

    /// <summary>The loop the future belongs to.</summary>
    public EventLoop Loop => Host.Loop;

    /// <summary>Whether there is an outcome; being canceled is one. Thread: any.</summary>
    public bool IsDone => State > FutureState.Completing;

    /// <summary>Whether the outcome is "canceled". Thread: any.</summary>
    public bool IsCanceled => State == FutureState.Canceled;

    /// <summary>
    /// The exception it failed with, or null when it has a result. Reading it counts as observing. Thread: any.
    /// </summary>
    /// <exception cref="InvalidOperationException">The future is not done.</exception>
    /// <exception cref="OperationCanceledException">The future was canceled.</exception>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public Exception? Exception
    {
        get
        {
            ThrowIfNoOutcome();
            MarkObserved();
            return StoredException;
        }
    }

    /// <summary>The same outcome as a task that any thread may await. Taking it counts as observing. Thread: any.</summary>
    /// <remarks>
    /// Canceling is one-way: the task cannot cancel the future. It is never completed inline: continuations run elsewhere.
    /// </remarks>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public Task Task => Mirror.Task;

    internal IFutureHost Host { get; }

    internal FutureState State => (FutureState)_state;

    /// <summary>Where the future was made; only known in debug mode.</summary>
    internal CreationTrace? CreationTrace { get; }

    /// <summary>The exception of a failed future, without counting as observing.</summary>
    internal Exception? StoredException => State == FutureState.Failed ? _failure!.SourceException : null;

    private protected virtual string Kind => "LoopFuture";

    private protected TaskMirror Mirror
    {
        get
        {
            MarkObserved();
            if (_mirror is null)
            {
                Interlocked.CompareExchange(ref _mirror, CreateMirror(), null);
            }

            // Either this thread sees the outcome here, or the completing one sees the mirror: both fence in between.
            if (IsDone)
            {
                _mirror.Complete(this);
            }

            return _mirror;
        }
    }

    /// <summary>Cancels the future: whoever awaits it gets an <see cref="OperationCanceledException"/>.</summary>
    /// <param name="message">The message of that exception.</param>
    /// <returns>Whether it was canceled; false when it was done already.</returns>
    /// <exception cref="InvalidOperationException">The loop runs on another thread.</exception>
    public virtual bool Cancel(string? message = null)
    {
        VerifyThread();
        return TryComplete(FutureState.Canceled, null, message);
    }

    /// <summary>Queues a callback for when the future is done, at once if it is. It receives the future.</summary>
    /// <param name="callback">What to call, on the loop.</param>
    /// <param name="context">The context to call it in. Default: the one that is current now.</param>
    /// <exception cref="InvalidOperationException">The loop runs on another thread.</exception>
    public void AddDoneCallback(Action<LoopFuture> callback, ExecutionContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        VerifyThread();
        AddCallback(new DoneCallback(callback, context ?? ExecutionContext.Capture()));
    }

    /// <summary>Removes every registration of a callback that is not queued yet.</summary>
    /// <param name="callback">The callback; equal delegates are the same callback.</param>
    /// <returns>How many registrations were removed.</returns>
    /// <exception cref="InvalidOperationException">The loop runs on another thread.</exception>
    public int RemoveDoneCallback(Action<LoopFuture> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        VerifyThread();
        return _callbacks.RemoveAll(callback);
    }

    /// <summary>Describes the future for logs and debuggers.</summary>
    /// <returns>Its kind and state and, in debug mode, where it was made.</returns>
    public override string ToString()
    {
        string state = State switch
        {
            FutureState.Succeeded => "done",
            FutureState.Failed => $"failed with {StoredException!.GetType().Name}",
            FutureState.Canceled => "canceled",
            _ => "pending",
        };
        return $"{Kind} {state}{(CreationTrace is null ? "" : $", created at {CreationTrace.Summary}")}";
    }

    /// <summary>Nothing to do: a future is not bound to the token of whoever awaits it.</summary>
    void IInterruptible.TokenCanceled(CancellationToken token)
    {
    }

    internal void AddCallback(DoneCallback callback)
    {
        if (IsDone)
        {
            MarkObserved();
            Host.TryPost(callback.ToMessage(this));
        }
        else
        {
            _callbacks.Add(callback);
        }
    }

    internal OperationCanceledException CanceledException() => _failure?.SourceException as OperationCanceledException
        ?? new OperationCanceledException(_cancelMessage ?? $"The {Kind} was canceled.");

    /// <summary>Throws unless there is a result.</summary>
    internal void ThrowIfNoResult()
    {
        ThrowIfNoOutcome();
        MarkObserved();
        if (State == FutureState.Failed)
        {
            _failure!.Throw();
        }
    }

    private protected abstract TaskMirror CreateMirror();

    private protected void VerifyThread()
    {
        if (!Host.IsOnLoop && Loop.IsRunning)
        {
            throw new InvalidOperationException(
                $"{Kind} belongs to a loop that runs on another thread; use loop.Post to change it there.");
        }
    }

    private protected bool TryComplete(FutureState outcome, Exception? exception, string? cancelMessage = null)
    {
        if (!TryBeginCompletion())
        {
            return false;
        }

        _failure = exception is null ? null : ExceptionDispatchInfo.Capture(exception);
        _cancelMessage = cancelMessage;
        EndCompletion(outcome);
        return true;
    }

    private protected bool TryBeginCompletion() =>
        Interlocked.CompareExchange(ref _state, (int)FutureState.Completing, (int)FutureState.Pending) == (int)FutureState.Pending;

    private protected void EndCompletion(FutureState outcome)
    {
        _state = (int)outcome;
        Interlocked.MemoryBarrier();
        _mirror?.Complete(this);
        if (!_callbacks.IsEmpty)
        {
            MarkObserved();
            _callbacks.PostAll(Host, this);
        }

        if (outcome == FutureState.Failed)
        {
            WatchFailure();
        }
    }

    private void ThrowIfNoOutcome()
    {
        if (!IsDone)
        {
            throw new InvalidOperationException($"{Kind} is not done: there is no result and no exception yet.");
        }

        if (IsCanceled)
        {
            // A stored one keeps the stack of the body that threw it.
            _failure?.Throw();
            throw CanceledException();
        }
    }
}
