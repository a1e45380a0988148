using System.Diagnostics;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>Timers against the real clock (TM). What needs no real time is tested in virtual time.</summary>
public abstract class TimerContract<TKind> : LoopContract<TKind>
    where TKind : ILoopKind, new()
{
    [Fact(DisplayName = "TM-01 Time is monotonic and is the clock of CallAt")]
    public void Time_OverARun_NeverGoesBack()
    {
        TimeSpan last = Loop.Time;
        TimeSpan deadline = last + TimeSpan.FromMilliseconds(2);
        Loop.CallAt(deadline, () =>
        {
            Assert.True(Loop.Time >= deadline);
            Loop.Stop();
        });
        void Look()
        {
            TimeSpan now = Loop.Time;
            Assert.True(now >= last);
            last = now;
            Loop.CallSoon(Look);
        }

        Loop.CallSoon(Look);
        Test.RunForever();
        Assert.Empty(Test.Errors);
        Assert.True(last > TimeSpan.Zero);
    }

    [Fact(DisplayName = "TM-07 A timer never fires early, on the loop's clock and on any other")]
    public void CallLater_AnyDelay_IsNeverEarly()
    {
        int left = 0;
        TimeSpan worst = TimeSpan.MaxValue;
        TimeSpan worstByStopwatch = TimeSpan.MaxValue;
        for (int i = 0; i < 400; i++)
        {
            var delay = TimeSpan.FromTicks(i * 53);
            left++;
            long started = Stopwatch.GetTimestamp();
            TimeSpan scheduled = Loop.Time;
            Loop.CallLater(delay, () =>
            {
                TimeSpan late = Loop.Time - scheduled - delay;
                TimeSpan lateByStopwatch = Stopwatch.GetElapsedTime(started) - delay;
                worst = late < worst ? late : worst;
                worstByStopwatch = lateByStopwatch < worstByStopwatch ? lateByStopwatch : worstByStopwatch;
                if (--left == 0)
                {
                    Loop.Stop();
                }
            });
        }

        Test.RunForever();
        Assert.True(worst >= TimeSpan.Zero, $"early by {-worst.Ticks} ticks");
        Assert.True(worstByStopwatch >= TimeSpan.Zero, $"early by {-worstByStopwatch.Ticks} ticks of the stopwatch");
    }

    [Fact(DisplayName = "TM-02 A timer of another thread wakes the loop and fires on it")]
    public void CallLater_FromAnotherThread_Fires()
    {
        using var running = new RunningLoop(NewLoop().Loop);
        using var fired = new ManualResetEventSlim();
        bool wasOnLoop = false;
        running.Do(() => { });
        running.Loop.CallLater(TimeSpan.FromMilliseconds(1), () =>
        {
            wasOnLoop = running.Loop.IsOnLoop;
            fired.Set();
        });
        Patience.WaitFor(fired.WaitHandle, "the timer fired");
        Assert.True(wasOnLoop);
    }
}
