using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Supervision;

public sealed class ActorTimerTests : LoopTest
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private readonly List<string> _got = [];

    protected override EventLoop CreateLoop(EventLoopOptions options) => _clock.CreateLoop(options);

    [Fact(DisplayName = "AC-22 A single timer brings its message once, a periodic one again and again at its rate")]
    public void Timers_Fire_AtTheirTimes() => Run(async () =>
    {
        ActorRef<string> actor = Timed((context, message) => _got.Add($"{Math.Floor(Loop.Time.TotalSeconds)} {message}"), context =>
        {
            context.StartSingleTimer("one", "single", 2.5 * s_second);
            context.StartPeriodicTimer("many", "periodic", s_second);
            Assert.True(context.IsTimerActive("one"));
        });
        await Task.Delay(4.5 * s_second, Loop.TimeProvider);

        Assert.Equal(["1 periodic", "2 periodic", "2 single", "3 periodic", "4 periodic"], _got);
        await actor.StopAsync();
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    });

    [Fact(DisplayName = "AC-23 A timer of the same key takes the place of the one before, and a canceled one brings nothing")]
    public void Timers_ReplacedOrCanceled_BringNothing() => Run(async () =>
    {
        Timed((_, message) => _got.Add(message), context =>
        {
            context.StartSingleTimer(1, "old", s_second);
            context.StartSingleTimer(1, "new", 2 * s_second);
            context.StartSingleTimer(2, "canceled", s_second);
            Assert.True(context.CancelTimer(2));
            Assert.False(context.CancelTimer(2));
            Assert.False(context.IsTimerActive(2));
        });
        await Task.Delay(3 * s_second, Loop.TimeProvider);

        Assert.Equal(["new"], _got);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    });

    [Fact(DisplayName = "AC-23 A message of a timer that waits in the mailbox is void once the timer is canceled")]
    public void Timers_CanceledWhenDue_BringNothing() => Run(async () =>
    {
        var gate = new TaskCompletionSource();
        ActorRef<string> actor = Loop.Spawn(() => new FunctionActor<string>(async (context, message) =>
        {
            _got.Add(message);
            if (message == "wait")
            {
                context.StartSingleTimer(1, "void", s_second);
                context.StartPeriodicTimer(2, "tick", s_second);
                await gate.Task;
                context.CancelTimer(1);
            }
        }));
        actor.Tell("wait");
        await Task.Delay(10.5 * s_second, Loop.TimeProvider);
        gate.SetResult();
        await TurnsAsync(10);

        // Ten came due; the first of them waited, and the others were left out.
        Assert.Equal(["wait", "tick"], _got);
    });

    [Fact(DisplayName = "AC-24 Timers end with the instance that started them")]
    public void Timers_OfAnInstance_EndWithIt() => Run(async () =>
    {
        int instances = 0;
        ActorRef<string> actor = Loop.Spawn(() =>
        {
            int instance = ++instances;
            return new FunctionActor<string>((_, message) => _got.Add(message == "fail" ? throw new FormatException("fail") : message))
            {
                Started = context => context.StartSingleTimer("t", $"of {instance}", s_second),
            };
        });
        await Task.Delay(s_second / 2, Loop.TimeProvider);
        actor.Tell("fail");
        await Task.Delay(2 * s_second, Loop.TimeProvider);

        Assert.Equal(["of 2"], _got);
        Assert.Equal("fail", TakeReport().Exception!.Message);
    });

    [Fact(DisplayName = "AC-25 Bad arguments of timers are refused")]
    public void Timers_BadArguments_AreRefused() => Run(async () =>
    {
        Timed((_, _) => { }, context =>
        {
            Assert.Throws<ArgumentNullException>("key", () => context.StartSingleTimer(null!, "", s_second));
            Assert.Throws<ArgumentOutOfRangeException>("interval", () => context.StartPeriodicTimer(1, "", TimeSpan.Zero));
            Assert.Throws<ArgumentNullException>("key", () => context.CancelTimer(null!));
            _got.Add("refused");
        });
        await TurnsAsync();
        Assert.Equal(["refused"], _got);
    });

    [Fact(DisplayName = "AC-26 F20 A jump of the clock leaves windows and rates as they are")]
    public void Clock_Jumps_LeavesOneTick() => Run(async () =>
    {
        Timed((_, message) => _got.Add(message), context => context.StartPeriodicTimer(1, "tick", s_second));
        await TurnsAsync();
        _clock.Advance(TimeSpan.FromDays(1) + (s_second / 2));
        await Task.Delay(s_second, Loop.TimeProvider);

        // One for all that were missed, and then at the rate of before.
        Assert.Equal(["tick", "tick"], _got);
    });

    private ActorRef<string> Timed(Action<ActorContext<string>, string> receive, Action<ActorContext<string>> started) =>
        Loop.Spawn(() => new FunctionActor<string>(receive) { Started = started });
}
