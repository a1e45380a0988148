using ActorLoop.TestKit;
using ActorLoop.Tests.Selectors;
using Xunit;

namespace ActorLoop.Tests.Loops;

public sealed class StatisticsTests : IDisposable
{
    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Statistics_CountWhatHappened()
    {
        using var pair = new DescriptorPair();
        Assert.Equal(new EventLoopStatistics(), Loop.Statistics);
        Loop.CallSoon(() => { });
        Loop.Post(() => { });
        Loop.CallAt(TimeSpan.Zero, () => { });
        Loop.AddReader(pair.Near, () => { });
        LoopTask task = Loop.CreateTask(async token => await Task.Delay(Timeout.Infinite, token));
        Assert.Equal(3, Loop.Statistics.MailboxDepth);
        Assert.Equal(1, Loop.Statistics.ActiveTasks);
        Assert.Equal(1, Loop.Statistics.Descriptors);

        _test.RunTurn();
        EventLoopStatistics after = Loop.Statistics;
        Assert.Equal(1, after.Turns);
        Assert.Equal(4, after.Messages);
        Assert.Equal(1, after.TimersFired);
        Assert.Equal(0, after.MailboxDepth);
        task.Cancel();
        _test.RunTurns(5);
        Assert.Equal(0, Loop.Statistics.ActiveTasks);
        Assert.True(Loop.RemoveReader(pair.Near));
        Assert.Equal(0, Loop.Statistics.Descriptors);
        Loop.CallSoon(() => Loop.CallLater(TimeSpan.FromHours(1), () => { }));
        _test.RunTurn();
        Assert.Equal(1, Loop.Statistics.ActiveTimers);
    }

    [Fact]
    public void Statistics_OfARunningLoop_CanBeReadByAnyThread()
    {
        using var running = new RunningLoop(EventLoop.Create());
        long last = 0;
        for (int i = 0; i < 200; i++)
        {
            running.Do(() => { });
            EventLoopStatistics now = running.Loop.Statistics;
            Assert.True(now.Messages > last);
            Assert.True(now.Turns > 0);
            last = now.Messages;
        }
    }
}
