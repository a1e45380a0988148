using ActorLoop.Execution;
using ActorLoop.Scheduling;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Execution;

/// <summary>How long a turn waits (IT-02), seen through the selector.</summary>
public sealed class PollTimeoutTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly ObservedSelector _selector;
    private readonly TestLoop _test;
    private readonly List<TimeSpan> _sleeps = [];

    public PollTimeoutTests()
    {
        _selector = new ObservedSelector(new ManualSelector(_clock)) { Sleeping = _sleeps.Add };
        _test = new TestLoop(options => new SelectorEventLoop(_selector, options with { TimeProvider = _clock }));
    }

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "IT-02 A turn does not wait while something is queued or a stop was asked for")]
    public void Turn_WithWorkOrAStop_DoesNotWait()
    {
        Loop.CallLater(TimeSpan.FromHours(1), () => { });
        _test.RunTurns(3);
        Loop.CallSoon(() => Loop.CallSoon(Loop.Stop));
        _test.RunForever();
        Loop.CallLater(TimeSpan.Zero, Loop.Stop);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _test.RunForever();
        Assert.Empty(_sleeps);
    }

    [Fact(DisplayName = "IT-02 An idle turn waits for the earliest timer")]
    public void Turn_WithATimer_WaitsForIt()
    {
        Loop.CallAt(TimeSpan.FromSeconds(5), Loop.Stop);
        Loop.CallAt(TimeSpan.FromSeconds(2), () => { });
        Loop.CallAt(TimeSpan.FromSeconds(9), () => { });
        _test.RunForever();
        Assert.Equal([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)], _sleeps);
    }

    [Fact(DisplayName = "IT-02 IT-12 Without timers an idle turn waits without limit")]
    public void Turn_WithNothing_WaitsWithoutLimit()
    {
        _selector.Sleeping = timeout =>
        {
            _sleeps.Add(timeout);
            if (_sleeps.Count == 3)
            {
                Loop.Stop();
                _selector.Wake();
            }
            else
            {
                TestLoop.OnOtherThread(() => Loop.Post(() => { }));
            }
        };
        Loop.CallLater(TimeSpan.FromSeconds(1), () => { }).Cancel();
        _test.RunForever();
        Assert.Equal(Enumerable.Repeat(Timeout.InfiniteTimeSpan, 3), _sleeps);
    }

    [Fact(DisplayName = "IT-13 A timer takes one sleep, however short: the wait is never rounded down")]
    public void Turn_WithAShortTimer_SleepsOnce()
    {
        for (int ticks = 1; ticks <= 50; ticks++)
        {
            Loop.CallLater(TimeSpan.FromTicks(ticks), Loop.Stop);
            _test.RunForever();
            Assert.Equal(ticks, _sleeps.Count);
        }
    }

    [Fact(DisplayName = "System messages overtake ordinary ones, and no more of them run in a turn than there were")]
    public void SystemMessages_ThatRepost_DoNotHoldTheTurn()
    {
        var ran = new List<string>();
        LoopCore core = Loop.Core;
        void Again()
        {
            ran.Add("system");
            if (ran.Count < 1_000)
            {
                core.PostSystem(new Message((Action)Again));
            }
        }

        Loop.CallSoon(() => ran.Add("callback"));
        core.PostSystem(new Message((Action)Again));
        _test.RunTurns(2);
        Assert.Equal("system", ran[0]);
        Assert.Contains("callback", ran);
        Assert.InRange(ran.Count, 3, 6);
        Loop.Close();
        Assert.Throws<LoopClosedException>(() => core.PostSystem(new Message((Action)Again)));
    }
}
