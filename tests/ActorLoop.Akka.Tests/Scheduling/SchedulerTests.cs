using System.Reflection;
using ActorLoop.Akka.Tests.Kit;
using ActorLoop.TestKit;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Xunit;

namespace ActorLoop.Akka.Tests.Scheduling;

public sealed class SchedulerTests : AkkaTest
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_never = TimeSpan.FromDays(1);

    private int _lastName;

    [Fact(DisplayName = "AK-20 Scheduled messages arrive by deadline, below 10 ms too")]
    public async Task ScheduleTellOnce_SeveralTimes_ArrivesByDeadline()
    {
        using LoopScheduler scheduler = Create();
        Probe probe = NewProbe();
        await OnLoopAsync(() =>
        {
            Tells(scheduler).ScheduleTellOnce(TimeSpan.FromMilliseconds(4), probe.Ref, "third", ActorRefs.NoSender);
            Tells(scheduler).ScheduleTellOnce(TimeSpan.FromMilliseconds(2), probe.Ref, "second", ActorRefs.NoSender);
            Tells(scheduler).ScheduleTellOnce(TimeSpan.Zero, probe.Ref, "first", ActorRefs.NoSender);
            return true;
        });
        await probe.ExpectAsync("first");
        await probe.ExpectAsync("second");
        await probe.ExpectAsync("third");
    }

    [Fact(DisplayName = "AK-21 Any thread may schedule; actions run on the loop without a synchronization context")]
    public async Task ScheduleOnce_FromAnyThread_RunsOnTheLoop()
    {
        using LoopScheduler scheduler = Create();
        Probe probe = NewProbe();
        Parallel.For(0, 100, _ => Actions(scheduler).ScheduleOnce(
            s_soon, () => probe.Ref.Tell((Loop.IsOnLoop, SynchronizationContext.Current is null))));
        for (int i = 0; i < 100; i++)
        {
            await probe.ExpectAsync((true, true));
        }
    }

    [Fact(DisplayName = "AK-22 A cancelable is looked at when the time has come")]
    public async Task Cancelable_CanceledBeforeTheTime_StopsTheAction()
    {
        using LoopScheduler scheduler = Create();
        Probe probe = NewProbe();
        var canceled = new Cancelable((IScheduler)scheduler);
        var late = new Cancelable((IScheduler)scheduler);
        await OnLoopAsync(() =>
        {
            // On the loop itself, so that no time can come before this is over.
            Actions(scheduler).ScheduleOnce(TimeSpan.Zero, () => probe.Ref.Tell("canceled"), canceled);
            Actions(scheduler).ScheduleOnce(TimeSpan.Zero, () => probe.Ref.Tell("late"), late);
            canceled.Cancel();
            return true;
        });
        await probe.ExpectAsync("late");
        late.Cancel();
        Assert.False(probe.HasMessage);
    }

    [Fact(DisplayName = "AK-23 What repeats is armed again from the time it ran, until it is canceled")]
    public async Task ScheduleRepeatedly_InVirtualTime_KeepsItsInterval()
    {
        var clock = new ManualClock();
        using var running = new RunningLoop(clock.CreateLoop());
        using LoopScheduler scheduler = Create(running.Loop);
        var cancelable = new Cancelable((IScheduler)scheduler);
        var times = new List<TimeSpan>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Actions(scheduler).ScheduleRepeatedly(
            TimeSpan.FromSeconds(1),
            TimeSpan.FromMinutes(1),
            () =>
            {
                times.Add(scheduler.MonotonicClock);
                // The next one counts from here, not from the time this one was due.
                clock.Advance(TimeSpan.FromSeconds(10));
                if (times.Count == 3)
                {
                    cancelable.Cancel();
                    done.SetResult();
                }
            },
            cancelable);
        await done.Task.WaitAsync(Patience.Bound);
        running.Do(() => { });
        Assert.Equal(3, times.Count);
        TimeSpan expected = TimeSpan.FromSeconds(70);
        Assert.InRange(times[1] - times[0], expected, expected + s_soon);
        Assert.InRange(times[2] - times[1], expected, expected + s_soon);
    }

    [Fact(DisplayName = "AK-24 A repeated action that throws is logged and ends; the scheduler goes on")]
    public async Task ScheduleRepeatedly_WithAnActionThatThrows_EndsIt()
    {
        Probe probe = NewProbe();
        Probe errors = NewProbe();
        System.EventStream.Subscribe(errors.Ref, typeof(Error));
        using LoopScheduler scheduler = Create(log: Logging.GetLogger(System, "scheduler"));
        int runs = 0;
        Actions(scheduler).ScheduleRepeatedly(TimeSpan.Zero, s_soon, () =>
        {
            runs++;
            throw new InvalidOperationException("by the test");
        });
        Assert.Equal("by the test", (await errors.ExpectAsync<Error>()).Cause.Message);
        Tells(scheduler).ScheduleTellOnce(TimeSpan.FromMilliseconds(5), probe.Ref, "alive", ActorRefs.NoSender);
        await probe.ExpectAsync("alive");
        Assert.Equal(1, runs);
        Assert.False(errors.HasMessage);
    }

    [Fact(DisplayName = "AK-25 A negative delay and an interval that is not positive are refused")]
    public void Schedule_WithBadTimes_Throws()
    {
        using LoopScheduler scheduler = Create();
        Assert.Throws<ArgumentOutOfRangeException>(() => Actions(scheduler).ScheduleOnce(TimeSpan.FromTicks(-1), () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Actions(scheduler).ScheduleRepeatedly(TimeSpan.Zero, TimeSpan.Zero, () => { }));
    }

    [Fact(DisplayName = "AK-26 What is outstanding at the disposal runs then, once; afterwards every call is refused")]
    public async Task Dispose_WithOutstandingWork_RunsItAndTakesNothingMore()
    {
        LoopScheduler scheduler = Create();
        int runs = 0;
        var canceled = new Cancelable((IScheduler)scheduler);
        Actions(scheduler).ScheduleOnce(s_never, () => runs++);
        Actions(scheduler).ScheduleRepeatedly(s_never, s_soon, () => runs++);
        Actions(scheduler).ScheduleOnce(s_never, () => runs++, canceled);
        canceled.Cancel();
        scheduler.Dispose();
        Assert.Equal(2, runs);
        scheduler.Dispose();
        Assert.Throws<SchedulerException>(() => Actions(scheduler).ScheduleOnce(s_soon, () => runs++));
        Assert.Throws<SchedulerException>(
            () => Tells(scheduler).ScheduleTellOnce(s_soon, ActorRefs.Nobody, "x", ActorRefs.NoSender));
        Assert.Equal(0, await OnLoopAsync(() => Loop.Statistics.ActiveTimers));
        Assert.Equal(2, runs);
        Assert.True(Loop.IsRunning);
    }

    [Fact(DisplayName = "AK-27 Once its loop is closed the scheduler refuses every call")]
    public async Task Schedule_AfterTheLoopClosed_Throws()
    {
        using LoopScheduler scheduler = Create();
        await Thread.StopAsync();
        Assert.Throws<SchedulerException>(() => Actions(scheduler).ScheduleOnce(s_soon, () => { }));
    }

    [Fact(DisplayName = "AK-28 The clocks are those of the loop")]
    public void Clocks_OfALoopInVirtualTime_AreVirtual()
    {
        var clock = new ManualClock();
        using EventLoop loop = clock.CreateLoop();
        using LoopScheduler scheduler = Create(loop);
        clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(clock.GetUtcNow(), ((ITimeProvider)scheduler).Now);
        Assert.Equal(loop.Time, scheduler.MonotonicClock);
        Assert.Equal(loop.Time, scheduler.HighResMonotonicClock);
    }

    [Fact(DisplayName = "AK-29 A system takes it from the configuration: timers, receive timeouts and Ask run on it")]
    public async Task System_WithTheScheduler_RunsOnIt()
    {
        using IDisposable registration = LoopRegistry.Register("timers", Loop);
        ActorSystem system = CreateSystem(Hocon("timers"));
        Assert.Same(Loop, Assert.IsType<LoopScheduler>(system.Scheduler).Loop);
        var probe = new Probe(system);
        IActorRef actor = system.ActorOf(Made.By(() => new Script((message, context) =>
        {
            probe.Ref.Tell(message);
            context.SetReceiveTimeout(message is ReceiveTimeout ? null : s_soon);
        })));
        actor.Tell("begin");
        await probe.ExpectAsync("begin");
        await probe.ExpectAsync<ReceiveTimeout>();
        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<string>("silence", TimeSpan.FromMilliseconds(2)));
    }

    [Fact(DisplayName = "AK-29 A system whose configuration names a loop nobody knows is not made")]
    public void System_WithAnUnknownLoop_IsNotMade()
    {
        var failure = Assert.ThrowsAny<TargetInvocationException>(() => CreateSystem(Hocon("nobody")));
        Assert.IsType<ConfigurationException>(failure.InnerException);
        Assert.Contains("'nobody'", failure.InnerException.Message, StringComparison.Ordinal);
    }

    private static string Hocon(string loop) =>
        $"akka.scheduler {{ implementation = \"ActorLoop.Akka.LoopScheduler, ActorLoop.Akka\", loop = \"{loop}\" }}";

    private static ITellScheduler Tells(IScheduler scheduler) => scheduler;

    private static IActionScheduler Actions(IScheduler scheduler) => scheduler.Advanced;

    private LoopScheduler Create(EventLoop? loop = null, ILoggingAdapter? log = null)
    {
        string name = $"scheduler-test-{Guid.NewGuid():N}-{_lastName++}";
        using IDisposable registration = LoopRegistry.Register(name, loop ?? Loop);
        return new LoopScheduler(ConfigurationFactory.ParseString(Hocon(name)), log ?? NoLogger.Instance);
    }
}
