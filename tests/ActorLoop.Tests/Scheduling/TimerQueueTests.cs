using ActorLoop.Scheduling;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorLoop.Tests.Scheduling;

public sealed class TimerQueueTests : ITimerOwner
{
    private readonly TimerQueue _queue = new();

    // Sorted by deadline, then by order of scheduling: what the queue must be indistinguishable from.
    private readonly SortedSet<TimerHandle> _model = [];

    [Fact(DisplayName = "TM-03 The timer queue gives out timers by deadline, equal ones first in, first out")]
    public void TryTakeDue_OfEqualDeadlines_IsFifo()
    {
        var expected = new List<TimerHandle>();
        for (int i = 0; i < 1_000; i++)
        {
            expected.Add(Add(when: i % 10));
        }

        var taken = new List<TimerHandle>();
        while (_queue.TryTakeDue(now: 9, out TimerHandle timer))
        {
            taken.Add(timer);
        }

        Assert.Equal(expected.OrderBy(timer => timer.When), taken);
        Assert.Equal(long.MaxValue, _queue.NextDeadline);
    }

    [Fact(
        DisplayName = "TM-03 TM-08 The timer queue does what a sorted list does, whatever is added, canceled and taken")]
    public void Queue_UnderRandomOperations_MatchesTheModel() =>
        Prop.ForAll<int[]>(operations =>
        {
            var test = new TimerQueueTests();
            foreach (int operation in operations)
            {
                test.Apply(operation);
            }

            test.Drain();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(2_000));

    [Fact(DisplayName = "TM-08 Removing a timer twice, or one that was taken, does nothing")]
    public void Remove_OfWhatIsNotThere_DoesNothing()
    {
        TimerHandle first = Add(1);
        TimerHandle second = Add(2);
        TimerHandle third = Add(3);
        _queue.Remove(second);
        _queue.Remove(second);
        Assert.True(_queue.TryTakeDue(1, out TimerHandle taken));
        Assert.Same(first, taken);
        _queue.Remove(first);
        Assert.Equal(1, _queue.Count);
        Assert.Equal(3, _queue.NextDeadline);
        _queue.Clear();
        _queue.Remove(third);
        Assert.Equal(0, _queue.Count);
        Assert.False(_queue.TryTakeDue(long.MaxValue, out _));
    }

    [Fact(DisplayName = "Trimming keeps every timer")]
    public void Trim_AfterABurst_KeepsWhatIsLeft()
    {
        TimerHandle[] timers = [.. Enumerable.Range(0, 5_000).Select(i => Add(i))];
        foreach (TimerHandle timer in timers.AsSpan(10))
        {
            _queue.Remove(timer);
        }

        for (int i = 0; i < 20; i++)
        {
            _queue.Trim();
        }

        for (int i = 0; i < 10; i++)
        {
            Assert.True(_queue.TryTakeDue(long.MaxValue, out TimerHandle taken));
            Assert.Same(timers[i], taken);
        }

        Assert.Equal(0, _queue.Count);
    }

    [Theory(DisplayName = "TM-01 Ticks of the loop's clock are rounded down, deadlines up, at any frequency")]
    [InlineData(10_000_000)]
    [InlineData(1_000_000_000)]
    [InlineData(24_000_000)]
    [InlineData(3_579_545)]
    [InlineData(1_000)]
    public void Clock_OfAnyFrequency_IsNeverAhead(long frequency)
    {
        var source = new FixedFrequency(frequency);
        var clock = new LoopClock(source);
        Assert.Equal(0, clock.Ticks);
        for (long units = 0; units < 5_000; units++)
        {
            source.Units = 1_000 + units;
            var exact = (Int128)units * TimeSpan.TicksPerSecond / frequency;
            Assert.InRange(clock.Ticks, (long)exact - 1, (long)exact);
            Assert.True((Int128)clock.TicksRoundedUp * frequency >= (Int128)units * TimeSpan.TicksPerSecond);
        }
    }

    void ITimerOwner.TimerCanceled(TimerHandle timer) => _queue.Remove(timer);

    private TimerHandle Add(long when)
    {
        var timer = new TimerHandle(this, TimeSpan.FromTicks(when), () => { }, null, null, null);
        _queue.Add(timer);
        return timer;
    }

    private void Apply(int operation)
    {
        int value = Math.Abs(operation % 100);
        switch (Math.Abs(operation % 7))
        {
            case 0 when _model.Count > 0:
                TimerHandle canceled = _model.ElementAt(value % _model.Count);
                _model.Remove(canceled);
                canceled.Cancel();
                break;
            case 1:
                TakeDue(value);
                break;
            case 2:
                _queue.Trim();
                break;
            default:
                _model.Add(Add(value));
                break;
        }

        Assert.Equal(_model.Count, _queue.Count);
        Assert.Equal(_model.Count == 0 ? long.MaxValue : _model.Min!.When.Ticks, _queue.NextDeadline);
    }

    private void TakeDue(long now)
    {
        while (_queue.TryTakeDue(now, out TimerHandle timer))
        {
            Assert.Same(_model.Min, timer);
            Assert.True(timer.When.Ticks <= now);
            _model.Remove(timer);
        }

        Assert.True(_model.Count == 0 || _model.Min!.When.Ticks > now);
    }

    private void Drain()
    {
        TakeDue(long.MaxValue);
        Assert.Empty(_model);
    }

    private sealed class FixedFrequency(long frequency) : TimeProvider
    {
        public long Units { get; set; } = 1_000;

        public override long TimestampFrequency => frequency;

        public override long GetTimestamp() => Units;
    }
}
