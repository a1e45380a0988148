using ActorLoop.Akka.Scheduling;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorLoop.Akka;

/// <summary>Akka.NET's scheduler on the timers of a loop, with the clock of that loop.</summary>
/// <remarks>
/// <para>
/// By configuration, because Akka.NET takes a scheduler from nowhere else; the loop is found in <see cref="LoopRegistry"/>:
/// <code>
/// akka.scheduler { implementation = "ActorLoop.Akka.LoopScheduler, ActorLoop.Akka", loop = "io-0" }
/// </code>
/// </para>
/// <para>
/// Semantics are those of the stock scheduler: any thread may call; a cancelable is looked at when the time has come; what
/// repeats is armed again from the time it ran; work that throws is logged and does not repeat. What is outstanding at the
/// disposal runs then, once; afterwards, and once the loop is closed, every call throws <see cref="SchedulerException"/>.
/// Delays are as fine as those of the loop, below 10 ms too.
/// </para>
/// <para>
/// Actions run on the loop's thread and must not block. Restart windows, back-off jitter and the deadlines of coordinated
/// shutdown read other clocks of Akka.NET, which cannot be replaced.
/// </para>
/// </remarks>
public sealed class LoopScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly EventLoop _loop;
    private readonly OutstandingWork _outstanding = new();

    /// <summary>For Akka.NET, which creates it by the name in the configuration.</summary>
    /// <param name="config">The configuration of the system; <c>akka.scheduler.loop</c> names the loop.</param>
    /// <param name="log">Where failures of actions go.</param>
    /// <exception cref="ConfigurationException">No loop is named, or none has that name.</exception>
    public LoopScheduler(Config config, ILoggingAdapter log)
        : base(config, log)
    {
        string name = config.GetString("akka.scheduler.loop", "");
        _loop = LoopRegistry.Find(name) ?? throw new ConfigurationException(
            $"akka.scheduler.loop is '{name}', and no loop has that name: call {nameof(LoopRegistry)}.{nameof(LoopRegistry.Register)} "
            + "before the actor system is created.");
    }

    /// <summary>The loop whose timers these are. Thread: any.</summary>
    public EventLoop Loop => _loop;

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => _loop.Time;

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => _loop.Time;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => _loop.TimeProvider.GetUtcNow();

    /// <summary>Runs what is outstanding, once, on the calling thread, and takes nothing more. Never closes the loop.</summary>
    public void Dispose() => _outstanding.Close();

    /// <inheritdoc/>
    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(delay, null, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Schedule(delay, null, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Schedule(delay, null, action.Run, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Schedule(initialDelay, interval, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Schedule(initialDelay, interval, action.Run, cancelable);

    private void Schedule(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        var work = new ScheduledWork(_outstanding, action, interval, cancelable, Log);
        if (_loop.IsClosed || !_outstanding.TryAdd(work))
        {
            throw new SchedulerException(
                _loop.IsClosed ? $"The loop of the scheduler is closed: {_loop}." : "The scheduler has been shut down.");
        }

        work.Start(_loop.TimeProvider, delay);
    }
}
