using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>Which loop a thread has. The policy belongs to the process, so these tests run alone.</summary>
[Collection(Census.Name)]
public sealed class PolicyTests : IDisposable
{
    private readonly EventLoopPolicy _original = EventLoopPolicy.Current;

    public void Dispose()
    {
        EventLoopPolicy.Current = _original;
        EventLoop.Set(null);
    }

    // asyncio up to 3.13 makes a loop on the main thread if none was set; that never happens here.
    [Fact(DisplayName = "LC-17 Get throws where no loop runs and none was set: none is ever created")]
    public void Get_WithoutALoop_Throws()
    {
        Assert.Throws<InvalidOperationException>(EventLoop.Get);
        TestLoop.OnOtherThread(() => Assert.Throws<InvalidOperationException>(EventLoop.Get));
    }

    [Fact(DisplayName = "LC-17 Get is the loop that was set on this thread, or the one that runs")]
    public void Get_AfterSet_IsTheLoopOfThisThread()
    {
        using var set = new TestLoop();
        using var running = new TestLoop();
        EventLoop.Set(set.Loop);
        Assert.Same(set.Loop, EventLoop.Get());
        TestLoop.OnOtherThread(() => Assert.Throws<InvalidOperationException>(EventLoop.Get));
        EventLoop? seen = null;
        running.Loop.CallSoon(() => seen = EventLoop.Get());
        running.RunTurn();
        Assert.Same(running.Loop, seen);
        Assert.Same(set.Loop, EventLoop.Get());
        EventLoop.Set(null);
        Assert.Throws<InvalidOperationException>(EventLoop.Get);
    }

    [Fact]
    public void Create_WithAPolicy_AsksIt()
    {
        var clock = new ManualClock();
        EventLoopPolicy.Current = new VirtualTime(clock);
        using EventLoop loop = EventLoop.Create(new EventLoopOptions { Name = "mine" });
        Assert.Equal("mine", loop.Name);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromHours(1), loop.Time);
        Assert.Equal(7, EventLoop.Run(async inner =>
        {
            await Task.Delay(TimeSpan.FromDays(1), inner.TimeProvider);
            return 7;
        }));
        Assert.InRange(clock.Elapsed, TimeSpan.FromDays(1), TimeSpan.FromDays(2));
        Assert.Throws<ArgumentNullException>(() => EventLoopPolicy.Current = null!);
    }

    [Fact(DisplayName = "DB-01 The environment variable switches debug mode on for new loops")]
    public void Debug_ByEnvironment_IsTheDefault()
    {
        const string Variable = "ACTORLOOP_DEBUG";
        string? before = Environment.GetEnvironmentVariable(Variable);
        try
        {
            Environment.SetEnvironmentVariable(Variable, "1");
            using EventLoop on = EventLoop.Create();
            Assert.True(on.Debug);
            Environment.SetEnvironmentVariable(Variable, "");
            using EventLoop off = EventLoop.Create();
            Assert.False(off.Debug);
            Assert.True(new EventLoopOptions { Debug = true }.Debug);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }
    }

    private sealed class VirtualTime(ManualClock clock) : EventLoopPolicy
    {
        public override EventLoop Create(EventLoopOptions? options) => clock.CreateLoop(options);
    }
}
