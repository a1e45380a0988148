using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Scheduling;

/// <summary>Timers in virtual time: exact and instant (TM).</summary>
public sealed class TimerTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly TestLoop _test;
    private readonly List<string> _ran = [];

    public TimerTests()
    {
        _test = new TestLoop(_clock.CreateLoop);
    }

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "TM-02 A timer fires once, at its deadline, which its handle tells")]
    public void CallLater_Once_FiresAtItsDeadline()
    {
        _clock.Advance(TimeSpan.FromSeconds(100));
        var delay = TimeSpan.FromSeconds(3);
        TimerHandle timer = Loop.CallLater(delay, Note("fired"));
        TimeSpan[] times = [default];
        Loop.CallAt(timer.When, () => times[0] = Loop.Time);

        Assert.InRange(timer.When, Loop.Time + delay, Loop.Time + delay + TimeSpan.FromTicks(1));
        RunFor(TimeSpan.FromSeconds(2.9));
        Assert.Empty(_ran);
        RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(["fired"], _ran);
        Assert.Equal(timer.When, times[0]);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
        Assert.False(timer.IsCanceled);
    }

    [Fact(DisplayName = "TM-02 CallLater is CallAt from now on")]
    public void CallAt_WithTheSameDeadline_IsTheSame()
    {
        TimerHandle later = Loop.CallLater(TimeSpan.FromSeconds(1), Note("later"));
        TimerHandle at = Loop.CallAt(later.When, Note("at"));
        TimerHandle before = Loop.CallAt(later.When - TimeSpan.FromTicks(1), Note("before"));
        Loop.CallLater(TimeSpan.FromSeconds(1), state => _ran.Add((string)state!), "with state");
        Assert.Equal(later.When, at.When);
        Assert.True(before < at);
        RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(["before", "later", "at", "with state"], _ran);
    }

    [Fact(DisplayName = "TM-03 Equal deadlines fire in the order they were scheduled")]
    public void CallAt_EqualDeadlines_AreFifo()
    {
        TimeSpan deadline = Loop.Time + TimeSpan.FromSeconds(1);
        var order = new List<int>();
        for (int i = 0; i < 2_000; i++)
        {
            int number = i;
            TimerHandle timer = Loop.CallAt(deadline, () => order.Add(number));
            if (i % 3 == 1)
            {
                timer.Cancel();
            }
        }

        RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(Enumerable.Range(0, 2_000).Where(i => i % 3 != 1), order);
    }

    [Fact(DisplayName = "TM-04 Zero and negative delays go through the queue, ordered by deadline")]
    public void CallLater_NegativeDelays_AreOrdered()
    {
        var start = TimeSpan.FromHours(1);
        _clock.Advance(start);
        Loop.CallLater(TimeSpan.FromSeconds(-1), Note("-1"));
        Loop.CallLater(TimeSpan.FromSeconds(-2), Note("-2"));
        Loop.CallLater(TimeSpan.MinValue, Note("minimum"));
        Loop.CallLater(TimeSpan.Zero, Note("0"));
        Loop.CallAt(TimeSpan.MinValue, Note("before everything"));
        Assert.Empty(_ran);
        RunFor(TimeSpan.FromTicks(10));
        Assert.Equal(["before everything", "minimum", "-2", "-1", "0"], _ran);
        Assert.InRange(_clock.Elapsed, start, start + TimeSpan.FromSeconds(1));
    }

    [Fact(DisplayName = "TM-05 A timer without a callback is refused")]
    public void CallLater_WithoutACallback_Throws()
    {
        Assert.Throws<ArgumentNullException>("callback", () => Loop.CallLater(TimeSpan.Zero, null!));
        Assert.Throws<ArgumentNullException>("callback", () => Loop.CallLater(TimeSpan.Zero, null!, state: null));
        Assert.Throws<ArgumentNullException>("callback", () => Loop.CallAt(TimeSpan.Zero, null!));
    }

    [Fact(DisplayName = "TM-06 A timer of more than a day fires, and no sleep is longer than a day")]
    public void CallLater_OfManyDays_Fires()
    {
        var sleeps = new List<TimeSpan>();
        var selector = new ObservedSelector(new ManualSelector(_clock)) { Sleeping = sleeps.Add };
        using var test = new TestLoop(
            options => new SelectorEventLoop(selector, options with { TimeProvider = _clock }));
        test.Loop.CallLater(TimeSpan.FromDays(400.5), test.Loop.Stop);
        TimerHandle never = test.Loop.CallLater(TimeSpan.MaxValue, Note("never"));
        test.RunForever();

        Assert.Equal(TimeSpan.FromDays(400.5) + TimeSpan.FromTicks(1), _clock.Elapsed);
        Assert.Equal(401, sleeps.Count);
        Assert.Equal(TimeSpan.FromDays(1), sleeps.Max());
        Assert.Equal(TimeSpan.MaxValue, never.When);
        Assert.Empty(_ran);
    }

    [Fact(DisplayName = "TM-08 A canceled timer leaves the queue at once and wakes nobody")]
    public void Cancel_OfTheNextTimer_CausesNoWakeUp()
    {
        var sleeps = new List<TimeSpan>();
        var selector = new ObservedSelector(new ManualSelector(_clock)) { Sleeping = sleeps.Add };
        using var test = new TestLoop(
            options => new SelectorEventLoop(selector, options with { TimeProvider = _clock }));
        test.Loop.CallSoon(() =>
        {
            TimerHandle next = test.Loop.CallLater(TimeSpan.FromSeconds(1), Note("canceled"));
            test.Loop.CallLater(TimeSpan.FromHours(1), test.Loop.Stop);
            Assert.Equal(2, test.Loop.Statistics.ActiveTimers);
            next.Cancel();
            next.Cancel();
            Assert.Equal(1, test.Loop.Statistics.ActiveTimers);
        });
        test.RunForever();
        Assert.Equal([TimeSpan.FromHours(1) + TimeSpan.FromTicks(1)], sleeps);
        Assert.Empty(test.Errors);
    }

    [Fact(DisplayName = "TM-09 A timer may be canceled by itself, or by one that is due in the same batch")]
    public void Cancel_WithinTheBatch_SkipsWhatHasNotRun()
    {
        TimeSpan deadline = Loop.Time + TimeSpan.FromSeconds(1);
        TimerHandle? own = null;
        TimerHandle? next = null;
        own = Loop.CallAt(deadline, () =>
        {
            own!.Cancel();
            next!.Cancel();
            _ran.Add("first");
        });
        next = Loop.CallAt(deadline, Note("next"));
        Loop.CallAt(deadline, Note("last"));
        RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(["first", "last"], _ran);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
        Assert.Empty(_test.Errors);
    }

    [Fact(DisplayName = "TM-10 Timer handles compare by deadline, then by the order of scheduling")]
    public void Handles_Compared_AreOrderedByDeadline()
    {
        _test.Loop.CallSoon(() =>
        {
            TimeSpan deadline = Loop.Time + TimeSpan.FromSeconds(1);
            TimerHandle first = Loop.CallAt(deadline, () => { });
            TimerHandle second = Loop.CallAt(deadline, () => { });
            TimerHandle later = Loop.CallAt(deadline + TimeSpan.FromTicks(1), () => { });
            TimerHandle same = first;
            Assert.True(first < second && first <= second && second > first && second >= first);
            Assert.True(second < later && !(later < second));
            Assert.True(first <= same && first >= same && !(first < same) && !(first > same));
            Assert.Equal(0, first.CompareTo(same));
            Assert.True(first.CompareTo(null) > 0);
            Assert.NotEqual(first, second);
            Assert.Equal([first, second, later], new[] { later, second, first }.Order());
        });
        _test.RunTurn();
        Assert.Empty(_test.Errors);
    }

    [Fact(DisplayName = "A timer that reschedules itself ticks for years in no time")]
    public void CallLater_Again_KeepsTicking()
    {
        int ticks = 0;
        void Tick()
        {
            if (++ticks == 3_650)
            {
                Loop.Stop();
            }
            else
            {
                Loop.CallLater(TimeSpan.FromDays(1), Tick);
            }
        }

        Loop.CallSoon(Tick);
        _test.RunForever();
        Assert.InRange(_clock.Elapsed, TimeSpan.FromDays(3_649), TimeSpan.FromDays(3_649) + TimeSpan.FromMilliseconds(1));
    }

    private Action Note(string name) => () => _ran.Add(name);

    private void RunFor(TimeSpan time)
    {
        Loop.CallLater(time, Loop.Stop);
        _test.RunForever();
    }
}
