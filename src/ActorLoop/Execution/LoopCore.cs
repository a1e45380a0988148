using ActorLoop.Diagnostics;
using ActorLoop.Futures;
using ActorLoop.Mailboxes;
using ActorLoop.Scheduling;
using ActorLoop.Selectors;

namespace ActorLoop.Execution;

/// <summary>The actor inside an <see cref="EventLoop"/>: its mailbox, timers, selector and the thread that runs them.</summary>
internal sealed partial class LoopCore : IFutureHost, ITimerOwner
{
    private readonly Selector _selector;
    private readonly LoopTurn _turn;
    private readonly Dispatcher _dispatcher;
    private readonly Action<object?> _arm;
    private readonly Action<object?> _disarm;
    private long _deadLetters;
    private long _wakeUps;

    public LoopCore(EventLoop loop, Selector selector, EventLoopOptions options, string name)
    {
        Loop = loop;
        Name = name;
        Debug = options.Debug;
        SlowCallbackDuration = options.SlowCallbackDuration;
        UnobservedExceptionDelay = options.UnobservedExceptionDelay;
        _selector = selector;
        UsesCompletions = selector is GateSelector;
        MayKeepIdleDescriptors = selector.ForgetsClosedDescriptors;
        Clock = new LoopClock(options.TimeProvider);
        Mailbox = new Mailbox(options.MailboxCapacity ?? 0, Wake);
        Registrations = new RegistrationTable(selector, Mailbox);
        Errors = new ErrorReporter(loop, options.LoggerFactory?.CreateLogger("ActorLoop.Loop")) { Handler = options.ExceptionHandler };
        TimeProvider = new LoopTimeProvider(this);
        Scheduler = new LoopTaskScheduler(this);
        Tasks = new TaskRegistry(this);
        _dispatcher = new Dispatcher(this);
        var poller = new Poller(selector, Registrations, Mailbox, Clock, SpinPolicy.BudgetOf(options));
        _turn = new LoopTurn(this, poller, Mailbox, Timers, _dispatcher);
        _arm = timer => Arm((TimerHandle)timer!);
        _disarm = timer => Timers.Remove((TimerHandle)timer!);
        if (Debug)
        {
            Errors.Trace($"Loop '{name}' waits in {selector.GetType().Name}");
        }
    }

    public EventLoop Loop { get; }

    public string Name { get; }

    public bool Debug { get; set; }

    /// <summary>
    /// Debug mode, and somebody to read of it. Asked before a text is made: without debug mode tracing costs nothing.
    /// </summary>
    public bool Traces => Debug && Errors.IsTraced;

    public TimeSpan SlowCallbackDuration { get; set; }

    public TimeSpan UnobservedExceptionDelay { get; }

    public LoopClock Clock { get; }

    public Mailbox Mailbox { get; }

    public TimerQueue Timers { get; } = new();

    public RegistrationTable Registrations { get; }

    public FlushList Flushes { get; } = new();

    public ErrorReporter Errors { get; }

    public TimeProvider TimeProvider { get; }

    public TaskScheduler Scheduler { get; }

    public TaskRegistry Tasks { get; }

    public LoopTask? CurrentTask => _dispatcher.CurrentTask;

    /// <summary>Number of the message that runs now.</summary>
    public long MessageNumber => _turn.Messages;

    /// <summary>
    /// Whether a descriptor that its user closes vanishes from the selector, so that it may stay there between uses.
    /// </summary>
    public bool MayKeepIdleDescriptors { get; }

    /// <summary>Whether the system works for this loop and says when it is done, instead of what is ready.</summary>
    public bool UsesCompletions { get; }

    /// <summary>Whether the calling thread is running this loop now.</summary>
    public bool IsOnLoop => Mailbox.IsOwner;

    public EventLoopStatistics Statistics => new()
    {
        Turns = _turn.Turns,
        Messages = _turn.Messages,
        TimersFired = _turn.TimersFired,
        StaleEvents = Registrations.StaleEvents,
        WakeUps = Interlocked.Read(ref _wakeUps),
        DeadLetters = Interlocked.Read(ref _deadLetters),
        MailboxDepth = Mailbox.Count,
        ActiveTimers = Timers.Count,
        ActiveTasks = Tasks.Count,
        Descriptors = Registrations.Count,
    };

    /// <summary>Queues a message from any thread, or throws.</summary>
    public void Post(in Message message, bool bounded = false)
    {
        switch (PostOrReject(message, bounded))
        {
            case PostResult.Closed:
                throw new LoopClosedException(Name);
            case PostResult.Full:
                throw new MailboxFullException(
                    $"The mailbox of loop '{Name}' holds its capacity of {Mailbox.Capacity} messages of other threads.");
            default:
                return;
        }
    }

    public bool TryPost(in Message message, bool bounded)
    {
        PostResult result = PostOrReject(message, bounded);
        if (result == PostResult.Closed)
        {
            Interlocked.Increment(ref _deadLetters);
        }

        return result == PostResult.Accepted;
    }

    public bool TryPost(in Message message) => TryPost(message, bounded: false);

    public void PostSystem(in Message message)
    {
        if (_closing || Mailbox.PostSystem(message) == PostResult.Closed)
        {
            throw new LoopClosedException(Name);
        }
    }

    /// <summary>Tells an actor of this loop that somebody else has sent it something. Thread: any. False: the loop is closed.</summary>
    public bool TryPostArrival(in Message message) => PostOrReject(message, bounded: false) == PostResult.Accepted;

    /// <summary>Queues a message that overtakes ordinary ones. Thread: any. False: the loop is closed.</summary>
    public bool TryPostSystem(in Message message) => !_sealed && Mailbox.PostSystem(message) != PostResult.Closed;

    /// <summary>Queues a message of the loop's own thread; for transports and servers.</summary>
    public void PostLocal(in Message message) => Mailbox.PostLocal(message);

    public TimeSpan DeadlineAfter(TimeSpan delay)
    {
        long now = Clock.TicksRoundedUp;
        long limit = long.MaxValue - now;
        return TimeSpan.FromTicks(delay.Ticks > limit ? long.MaxValue : now + delay.Ticks);
    }

    public TimerHandle Schedule(TimeSpan when, Delegate callback, object? state, ExecutionContext? context)
    {
        ThrowIfClosed();
        CreationTrace? trace = Debug ? CreationTrace.Capture() : null;
        var timer = new TimerHandle(this, when, callback, state, context, trace);
        if (IsOnLoop)
        {
            _dispatcher.Allocated(HandleSizes.Timer);
            Timers.Add(timer);
        }
        else
        {
            PostSystem(new Message(_arm, timer));
        }

        return timer;
    }

    /// <summary>Queues a callback that can be canceled, in the given context or a copy of the caller's.</summary>
    public Handle PostHandle(Delegate callback, object? state, ExecutionContext? context)
    {
        context ??= DefaultContext.CaptureUnlessDefault();
        var handle = new Handle(callback, state, context, Debug ? CreationTrace.Capture() : null);
        if (IsOnLoop)
        {
            _dispatcher.Allocated(HandleSizes.Handle);
        }

        Post(new Message(handle, null, context));
        return handle;
    }

    public TimerHandle CallLater(TimeSpan delay, Action<object?> callback, object? state) =>
        Schedule(DeadlineAfter(delay), callback, state, context: null);

    void ITimerOwner.TimerCanceled(TimerHandle timer)
    {
        if (IsOnLoop)
        {
            Timers.Remove(timer);
        }
        else if (!_closing)
        {
            // If the loop closes meanwhile, closing drops the timer with all others.
            _ = Mailbox.PostSystem(new Message(_disarm, timer));
        }
    }

    /// <summary>Ends one step of a message that has several: what it wrote leaves, and no await of it goes on in the next.</summary>
    public void EndStep() => _dispatcher.EndStep();

    public void CountDeadLetter() => Interlocked.Increment(ref _deadLetters);

    public void RunStep(LoopTask task, Action<object?> step, object? state) => _dispatcher.RunStep(task, step, state);

    public void TaskStarted(LoopTask task) => Tasks.Add(task);

    public void TaskFinished(LoopTask task) => Tasks.Remove(task);

    public void FailureUnobserved(LoopFuture future) => Tasks.AddFailure(future);

    public void FailureObserved(LoopFuture future) => Tasks.RemoveFailure(future);

    public void ReportNeverRetrieved(LoopFuture future, Exception exception) => Tasks.ReportNeverRetrieved(future, exception);

    /// <summary>In debug mode, refuses a call that only the loop's own thread may make while it runs.</summary>
    public void CheckThread(string member)
    {
        if (Debug && IsRunning && !IsOnLoop)
        {
            throw new InvalidOperationException(
                $"{member} was called on a thread that does not run loop '{Name}'. Use CallSoonThreadSafe or Post.");
        }
    }

    private PostResult PostOrReject(in Message message, bool bounded)
    {
        // While it closes, the loop still takes what its own parts post, until the mailbox is sealed.
        return _closing && (_sealed || !IsOnLoop) ? PostResult.Closed : Mailbox.Post(message, bounded);
    }

    private void Arm(TimerHandle timer)
    {
        if (!timer.IsCanceled)
        {
            Timers.Add(timer);
        }
    }

    private void Wake()
    {
        Interlocked.Increment(ref _wakeUps);
        _selector.Wake();
    }
}
