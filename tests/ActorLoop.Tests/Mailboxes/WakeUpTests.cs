using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Mailboxes;

/// <summary>Waking a loop that sleeps, seen through its selector.</summary>
public sealed class WakeUpTests
{
    [Theory(
        DisplayName = "TH-02 TH-03 A ping sent each time the loop goes to sleep is always answered, by one wake-up")]
    [InlineData(true)]
    [InlineData(false)]
    public void Post_WheneverTheLoopFallsAsleep_WakesIt(bool fromItsOwnThread)
    {
        const int Rounds = 1_000;
        using var asleep = new SemaphoreSlim(0);
        using var done = new ManualResetEventSlim();
        int pings = 0;
        var selector = new ObservedSelector(Selector.CreateDefault());
        EventLoop loop = new SelectorEventLoop(selector, new EventLoopOptions { SpinBudget = TimeSpan.Zero });
        void Ping() => loop.Post(() =>
        {
            if (++pings == Rounds)
            {
                done.Set();
            }
        });

        // The loop counts as asleep already, but has not asked the system yet: the very moment where a wake-up could be lost.
        selector.Sleeping = _ =>
        {
            if (fromItsOwnThread && pings < Rounds)
            {
                TestLoop.OnOtherThread(Ping);
            }
            else
            {
                asleep.Release();
            }
        };
        using var running = new RunningLoop(loop);
        for (int i = 0; i < Rounds && !fromItsOwnThread; i++)
        {
            Assert.True(asleep.Wait(Patience.Bound));
            Ping();
        }

        Patience.WaitFor(done.WaitHandle, "all pings arrived");
        Assert.InRange(selector.WakeUps, fromItsOwnThread ? Rounds - 1 : 1, Rounds + 10);
        Assert.Equal(selector.WakeUps, loop.Statistics.WakeUps);
    }

    [Fact(DisplayName = "TH-03 A post of the loop itself never wakes it")]
    public void Post_OnTheLoop_NeedsNoWakeUp()
    {
        using var test = new TestLoop();
        int left = 1_000;
        void Again()
        {
            if (--left == 0)
            {
                test.Loop.Stop();
            }
            else
            {
                test.Loop.Post(Again);
            }
        }

        test.Loop.Post(Again);
        long before = test.Loop.Statistics.WakeUps;
        test.RunForever();
        Assert.Equal(before, test.Loop.Statistics.WakeUps);
    }
}
