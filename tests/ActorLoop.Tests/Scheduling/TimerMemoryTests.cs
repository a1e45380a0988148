using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Scheduling;

[Collection(Census.Name)]
public sealed class TimerMemoryTests
{
    [Theory(DisplayName = "TM-08 A million timers that are canceled at once keep no memory")]
    [InlineData(false)]
    [InlineData(true)]
    public void Cancel_OfAMillionTimers_KeepsNoMemory(bool fromAnotherThread)
    {
        using var running = new RunningLoop(EventLoop.Create());
        EventLoop loop = running.Loop;
        Schedule(10_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Schedule(1_000_000);
        Patience.WaitFor(() => running.Do(() => loop.Statistics.ActiveTimers == 0), "no timer is left");
        running.Do(() => { });
        long after = GC.GetTotalMemory(forceFullCollection: true);

        // Posts of another thread may pile up and leave their room behind; the timers themselves would be 150 MiB.
        Assert.InRange(after - before, long.MinValue, (fromAnotherThread ? 32 : 1) * 1024 * 1024);

        void Schedule(int count)
        {
            if (fromAnotherThread)
            {
                ScheduleAndCancel(loop, count);
            }
            else
            {
                running.Do(() => ScheduleAndCancel(loop, count));
            }
        }
    }

    [Fact(DisplayName = "TM-08 A burst of timers that have all gone gives its memory back")]
    public void Cancel_OfABurst_GivesMemoryBack()
    {
        using var test = new TestLoop();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        test.Loop.CallSoon(() =>
        {
            var timers = new List<TimerHandle>();
            for (int i = 0; i < 300_000; i++)
            {
                timers.Add(test.Loop.CallLater(TimeSpan.FromHours(1), () => { }));
            }

            timers.ForEach(timer => timer.Cancel());
        });

        // The queue keeps its room for some thousand turns, in case the burst comes again.
        test.RunTurns(20_000);
        Assert.Equal(0, test.Loop.Statistics.ActiveTimers);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1024 * 1024);
    }

    private static void ScheduleAndCancel(EventLoop loop, int count)
    {
        for (int i = 0; i < count; i++)
        {
            loop.CallLater(TimeSpan.FromHours(1), static () => { }).Cancel();
        }
    }
}
