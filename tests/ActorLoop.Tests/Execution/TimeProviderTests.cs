using System.Diagnostics;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Execution;

/// <summary>The loop's clock as a .NET clock.</summary>
public sealed class TimeProviderTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly TestLoop _test;
    private readonly List<string> _ran = [];

    public TimeProviderTests()
    {
        _test = new TestLoop(_clock.CreateLoop);
    }

    private EventLoop Loop => _test.Loop;

    private TimeProvider Time => _test.Loop.TimeProvider;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "TM-01 The loop's TimeProvider tells the time of the clock behind the loop")]
    public void TimeProvider_Asked_TellsTheLoopsTime()
    {
        long start = Time.GetTimestamp();
        DateTimeOffset utc = Time.GetUtcNow();
        _clock.Advance(TimeSpan.FromMinutes(7));
        Assert.Equal(TimeSpan.FromMinutes(7), Time.GetElapsedTime(start));
        Assert.Equal(TimeSpan.FromMinutes(7), Time.GetUtcNow() - utc);
        Assert.Equal(TimeSpan.FromMinutes(7), Loop.Time);
        Assert.Equal(TimeZoneInfo.Utc, Time.LocalTimeZone);
        Assert.Equal(_clock.TimestampFrequency, Time.TimestampFrequency);
    }

    [Fact(DisplayName = "TM-07 Task.Delay on the loop's clock ends on the loop, never early")]
    public void Delay_OnTheLoop_EndsOnTheLoop() => _test.Run(async () =>
    {
        TimeSpan start = Loop.Time;
        await Task.Delay(TimeSpan.FromHours(5), Time);
        Assert.True(Loop.IsOnLoop);
        Assert.InRange(Loop.Time - start, TimeSpan.FromHours(5), TimeSpan.FromHours(5) + TimeSpan.FromMilliseconds(1));
    });

    [Fact(DisplayName = "TM-07 Task.Delay is never early by the stopwatch either")]
    public void Delay_InRealTime_IsNeverEarly()
    {
        using var real = new TestLoop();
        real.Run(async () =>
        {
            foreach (double milliseconds in new[] { 0.01, 0.5, 1, 1.5, 3 })
            {
                long start = Stopwatch.GetTimestamp();
                await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), real.Loop.TimeProvider);

                // Task.Delay itself drops fractions of a millisecond.
                Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(Math.Floor(milliseconds)));
            }
        });
    }

    [Fact]
    public void Delay_Canceled_LeavesNoTimer() => _test.Run(async () =>
    {
        int timers = Loop.Statistics.ActiveTimers;
        using var source = new CancellationTokenSource();
        Task delay = Task.Delay(TimeSpan.FromHours(1), Time, source.Token);
        Assert.Equal(timers + 1, Loop.Statistics.ActiveTimers);
        // CancelAsync would cancel on another thread, and meanwhile the loop would have slept through the hour.
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delay);
        Assert.Equal(timers, Loop.Statistics.ActiveTimers);
    });

    [Fact]
    public void CancellationTokenSource_WithADelay_CancelsOnTheLoop() => _test.Run(async () =>
    {
        TimeSpan start = Loop.Time;
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(30), Time);
        bool onLoop = false;
        await using (source.Token.Register(() => onLoop = Loop.IsOnLoop))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => Task.Delay(TimeSpan.FromHours(1), Time, source.Token));
        }

        Assert.True(onLoop);
        Assert.InRange(Loop.Time - start, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
    });

    [Fact]
    public void WaitAsync_WithATimeout_TimesOut() => _test.Run(async () =>
    {
        var never = new TaskCompletionSource();
        await Assert.ThrowsAsync<TimeoutException>(() => never.Task.WaitAsync(TimeSpan.FromDays(2), Time));
        Assert.True(Loop.IsOnLoop);
        Assert.InRange(Loop.Time, TimeSpan.FromDays(2), TimeSpan.FromDays(2.1));
    });

    [Fact]
    public void PeriodicTimer_OnTheLoop_Ticks() => _test.Run(async () =>
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(10), Time);
        TimeSpan start = Loop.Time;
        for (int i = 1; i <= 6; i++)
        {
            Assert.True(await timer.WaitForNextTickAsync());
            Assert.True(Loop.IsOnLoop);
            Assert.InRange(Loop.Time - start, i * TimeSpan.FromMinutes(10), (i * TimeSpan.FromMinutes(10)) + TimeSpan.FromSeconds(1));
        }

        timer.Dispose();
        Assert.False(await timer.WaitForNextTickAsync());
    });

    [Fact]
    public void CreateTimer_Once_FiresOnce()
    {
        using ITimer once = Time.CreateTimer(Note, "once", TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        using ITimer zero = Time.CreateTimer(Note, "zero period", TimeSpan.FromSeconds(2), TimeSpan.Zero);
        using ITimer now = Time.CreateTimer(Note, "now", TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        using ITimer never = Time.CreateTimer(Note, "never", Timeout.InfiniteTimeSpan, TimeSpan.FromSeconds(1));
        Assert.Empty(_ran);
        RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(["now", "once", "zero period"], _ran);
    }

    [Fact]
    public void CreateTimer_Periodic_FiresUntilItIsDisposed()
    {
        ITimer? timer = null;
        timer = Time.CreateTimer(
            state =>
            {
                _ran.Add($"{Loop.Time.TotalSeconds:F0} {state}");
                if (_ran.Count == 3)
                {
                    timer!.Dispose();
                }
            },
            "s",
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(5));
        RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(["1 s", "6 s", "11 s"], _ran);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    }

    [Fact]
    public void Change_OfATimer_MovesIt()
    {
        using ITimer timer = Time.CreateTimer(Note, "fired", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        Assert.True(timer.Change(TimeSpan.FromSeconds(20), Timeout.InfiniteTimeSpan));
        RunFor(TimeSpan.FromSeconds(10));
        Assert.Empty(_ran);
        RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(["fired"], _ran);
        Assert.True(timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan));
        Assert.True(timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(["fired"], _ran);
    }

    [Fact]
    public async Task Dispose_OfATimer_EndsIt()
    {
        ITimer timer = Time.CreateTimer(Note, "never", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        await timer.DisposeAsync();
        timer.Dispose();
        Assert.False(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
        RunFor(TimeSpan.FromMinutes(1));
        Assert.Empty(_ran);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    }

    [Fact]
    public void CreateTimer_WithBadArguments_Throws()
    {
        TimeSpan negative = TimeSpan.FromSeconds(-1);
        Assert.Throws<ArgumentNullException>("callback", () => Time.CreateTimer(null!, null, TimeSpan.Zero, TimeSpan.Zero));
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            "dueTime", () => Time.CreateTimer(Note, "", negative, TimeSpan.Zero));
        Assert.Contains("-00:00:01", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("period", () => Time.CreateTimer(Note, "", TimeSpan.Zero, negative));
        using ITimer timer = Time.CreateTimer(Note, "", Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Assert.Throws<ArgumentOutOfRangeException>("dueTime", () => timer.Change(negative, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>("period", () => timer.Change(TimeSpan.Zero, negative));
    }

    [Fact]
    public void CreateTimer_ThatThrows_IsReportedAndGoesOn()
    {
        int calls = 0;
        using ITimer timer = Time.CreateTimer(
            _ =>
            {
                calls++;
                throw new IOException("tick");
            },
            null,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(1));
        RunFor(TimeSpan.FromSeconds(3.5));
        Assert.Equal(3, calls);
        Assert.Equal(3, _test.Errors.Count);
    }

    [Fact(DisplayName = "A timer for a closed loop never fires, and nothing throws")]
    public void CreateTimer_OnAClosedLoop_NeverFires()
    {
        ITimer before = Time.CreateTimer(Note, "never", TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Loop.Close();
        using ITimer after = Time.CreateTimer(Note, "never", TimeSpan.Zero, TimeSpan.FromSeconds(1));
        before.Change(TimeSpan.Zero, TimeSpan.Zero);
        before.Dispose();
        Task delay = Task.Delay(TimeSpan.FromSeconds(1), Time);
        Assert.False(delay.IsCompleted);
        Assert.Empty(_ran);
    }

    [Fact(DisplayName = "Other threads may create, change and dispose timers; each fires on the loop")]
    public async Task CreateTimer_FromOtherThreads_FiresOnTheLoop()
    {
        using var running = new RunningLoop(EventLoop.Create());
        TimeProvider time = running.Loop.TimeProvider;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                var fired = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                await using ITimer timer = time.CreateTimer(
                    _ => fired.TrySetResult(running.Loop.IsOnLoop), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
                timer.Change(TimeSpan.FromHours(2), Timeout.InfiniteTimeSpan);
                timer.Change(TimeSpan.FromTicks(i * 100), TimeSpan.FromMilliseconds(1));
                Assert.True(await fired.Task.WaitAsync(Patience.Bound));
            }
        }))).WaitAsync(Patience.Bound);
        Patience.WaitFor(() => running.Do(() => running.Loop.Statistics.ActiveTimers == 0), "no timer is left");
    }

    [Fact(DisplayName = "A timer that is changed while it fires has one period, not two")]
    public void Change_WhileItFires_KeepsOnePeriod()
    {
        using var running = new RunningLoop(EventLoop.Create());
        for (int round = 0; round < 20; round++)
        {
            using ITimer timer = running.Loop.TimeProvider.CreateTimer(
                _ => { }, null, TimeSpan.Zero, TimeSpan.FromTicks(50));
            for (int i = 0; i < 500; i++)
            {
                timer.Change(TimeSpan.Zero, TimeSpan.FromTicks(50));
            }

            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            running.Do(() => { });
            running.Do(() => { });
            Assert.Equal(0, running.Do(() => running.Loop.Statistics.ActiveTimers));
        }
    }

    [Fact(DisplayName = "Timers may be created while another thread closes the loop")]
    public void CreateTimer_WhileTheLoopCloses_NeverThrows()
    {
        for (int round = 0; round < 200; round++)
        {
            using EventLoop loop = EventLoop.Create();
            using var start = new Barrier(2);
            Exception? failure = null;
            var creator = new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    while (!loop.IsClosed)
                    {
                        loop.TimeProvider.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), TimeSpan.Zero).Dispose();
                    }
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            });
            creator.Start();
            start.SignalAndWait();
            loop.Close();
            Patience.Join(creator);
            Assert.Null(failure);
        }
    }

    private void Note(object? state) => _ran.Add((string)state!);

    private void RunFor(TimeSpan time)
    {
        Loop.CallLater(time, Loop.Stop);
        _test.RunForever();
    }
}
