using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop;

/// <summary>Callbacks, posts and timers.</summary>
public abstract partial class EventLoop
{
    /// <summary>Monotonic time of this loop since an arbitrary moment; never jumps. Mirrors <c>time</c>. Thread: any.</summary>
    public TimeSpan Time => TimeSpan.FromTicks(Core.Clock.Ticks);

    /// <summary>
    /// The loop's clock as a .NET clock: timers made with it, and so <c>Task.Delay(delay, loop.TimeProvider)</c>, are timers
    /// of this
    /// loop and fire on its thread. Thread: any.
    /// </summary>
    public TimeProvider TimeProvider => Core.TimeProvider;

    /// <summary>Runs tasks of the base class library on this loop, one message each. Thread: any.</summary>
    public TaskScheduler TaskScheduler => Core.Scheduler;

    /// <summary>
    /// Runs a callback in the next turn, after everything that is queued. Mirrors <c>call_soon</c>.
    /// </summary>
    /// <param name="callback">What to run; never called from within this call.</param>
    /// <param name="context">The context to run in; null is a copy of the caller's.</param>
    /// <returns>Cancels the callback while it has not started.</returns>
    /// <remarks>Thread: the loop's, or any while it does not run. Order: first in, first out. After close: throws.</remarks>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    /// <exception cref="InvalidOperationException">Debug mode: another thread runs the loop.</exception>
    public Handle CallSoon(Action callback, ExecutionContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Core.CheckThread(nameof(CallSoon));
        return Core.PostHandle(callback, null, context);
    }

    /// <inheritdoc cref="CallSoon(Action, ExecutionContext?)"/>
    /// <param name="callback">What to run; never called from within this call.</param>
    /// <param name="state">The argument of the callback.</param>
    /// <param name="context">The context to run in; null is a copy of the caller's.</param>
    public Handle CallSoon(Action<object?> callback, object? state, ExecutionContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Core.CheckThread(nameof(CallSoon));
        return Core.PostHandle(callback, state, context);
    }

    /// <summary>Runs a callback in the next turn, and wakes the loop for it. Mirrors <c>call_soon_threadsafe</c>.</summary>
    /// <param name="callback">What to run.</param>
    /// <param name="context">The context to run in; null is a copy of the caller's.</param>
    /// <returns>Cancels the callback while it has not started; also from another thread.</returns>
    /// <remarks>Thread: any. Order: what one thread schedules runs in the order it did. After close: throws.</remarks>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    public Handle CallSoonThreadSafe(Action callback, ExecutionContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Core.PostHandle(callback, null, context);
    }

    /// <inheritdoc cref="CallSoonThreadSafe(Action, ExecutionContext?)"/>
    /// <param name="callback">What to run.</param>
    /// <param name="state">The argument of the callback.</param>
    /// <param name="context">The context to run in; null is a copy of the caller's.</param>
    public Handle CallSoonThreadSafe(Action<object?> callback, object? state, ExecutionContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Core.PostHandle(callback, state, context);
    }

    /// <summary>
    /// Sends a message to the loop: <paramref name="callback"/> runs in a later turn, in a copy of the caller's context.
    /// There is no
    /// handle to cancel it with, and nothing is allocated.
    /// </summary>
    /// <param name="callback">What to run.</param>
    /// <remarks>
    /// Thread: any. Order: what one thread posts runs in the order it did. After close: throws; a post that was accepted runs
    /// exactly once, also when the loop closes meanwhile.
    /// </remarks>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    /// <exception cref="MailboxFullException">The mailbox is bounded and full.</exception>
    public void Post(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Core.Post(new Message(callback, null, DefaultContext.CaptureUnlessDefault()), bounded: true);
    }

    /// <inheritdoc cref="Post(Action)"/>
    /// <param name="callback">What to run.</param>
    /// <param name="state">The argument of the callback.</param>
    public void Post(Action<object?> callback, object? state)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Core.Post(new Message(callback, state, DefaultContext.CaptureUnlessDefault()), bounded: true);
    }

    /// <summary>Sends a message to the loop if it takes one.</summary>
    /// <param name="callback">What to run.</param>
    /// <returns>True: it runs exactly once. False: the loop is closed, or its bounded mailbox is full.</returns>
    /// <remarks>Thread: any.</remarks>
    public bool TryPost(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Core.TryPost(new Message(callback, null, DefaultContext.CaptureUnlessDefault()), bounded: true);
    }

    /// <inheritdoc cref="TryPost(Action)"/>
    /// <param name="callback">What to run.</param>
    /// <param name="state">The argument of the callback.</param>
    public bool TryPost(Action<object?> callback, object? state)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Core.TryPost(new Message(callback, state, DefaultContext.CaptureUnlessDefault()), bounded: true);
    }

    /// <summary>Runs a callback after a delay. Mirrors <c>call_later</c>.</summary>
    /// <param name="delay">How long to wait; zero and negative delays are due at once, ordered by deadline.</param>
    /// <param name="callback">What to run; never called from within this call.</param>
    /// <param name="context">The context to run in; null is a copy of the caller's.</param>
    /// <returns>Cancels the callback while it has not started, and knows the deadline.</returns>
    /// <remarks>
    /// Thread: the loop's, or any while it does not run. Order: by deadline; equal deadlines in the order they were
    /// scheduled. Never
    /// early. There is no upper limit.
    /// </remarks>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    /// <exception cref="InvalidOperationException">Debug mode: another thread runs the loop.</exception>
    public TimerHandle CallLater(TimeSpan delay, Action callback, ExecutionContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Core.CheckThread(nameof(CallLater));
        return Core.Schedule(Core.DeadlineAfter(delay), callback, null, context ?? DefaultContext.CaptureUnlessDefault());
    }

    /// <inheritdoc cref="CallLater(TimeSpan, Action, ExecutionContext?)"/>
    /// <param name="delay">How long to wait; zero and negative delays are due at once, ordered by deadline.</param>
    /// <param name="callback">What to run; never called from within this call.</param>
    /// <param name="state">The argument of the callback.</param>
    /// <param name="context">The context to run in; null is a copy of the caller's.</param>
    public TimerHandle CallLater(TimeSpan delay, Action<object?> callback, object? state, ExecutionContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Core.CheckThread(nameof(CallLater));
        return Core.Schedule(Core.DeadlineAfter(delay), callback, state, context ?? DefaultContext.CaptureUnlessDefault());
    }

    /// <summary>Runs a callback at a moment of the loop's clock. Mirrors <c>call_at</c>.</summary>
    /// <param name="when">The moment, on the clock of <see cref="Time"/>.</param>
    /// <param name="callback">What to run; never called from within this call.</param>
    /// <param name="context">The context to run in; null is a copy of the caller's.</param>
    /// <returns>Cancels the callback while it has not started, and knows the deadline.</returns>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    /// <exception cref="InvalidOperationException">Debug mode: another thread runs the loop.</exception>
    public TimerHandle CallAt(TimeSpan when, Action callback, ExecutionContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Core.CheckThread(nameof(CallAt));
        return Core.Schedule(when, callback, null, context ?? DefaultContext.CaptureUnlessDefault());
    }
}
