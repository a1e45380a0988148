using Xunit;

namespace ActorLoop.SupervisionContract;

/// <content>Death watch.</content>
public abstract partial class SupervisionSuite
{
    private static ActorScript Watchers => new("top")
    {
        Strategy = Strategy("one", Directive.Restart),
        Children = [new("w"), new("v"), new("t"), new("deaf") { IgnoresTerminated = true }],
    };

    [Theory(DisplayName = "SU-31 A watcher hears of the end exactly once, whatever the end was")]
    [InlineData("stop")]
    [InlineData("self")]
    [InlineData("failure")]
    public async Task Watch_TargetEnds_IsToldOnce(string end)
    {
        await StartAsync(Watchers with { Strategy = Strategy("one", Directive.Stop) });
        await AfterAsync("top/w", new ScriptMessage.Watch("top/t"));
        World.Board.Clear();

        switch (end)
        {
            case "stop":
                World.Stop("top/t");
                break;
            case "self":
                World.Tell("top/t", new ScriptMessage.StopSelf());
                break;
            default:
                World.Tell("top/t", Fail());
                break;
        }

        await World.SettleAsync();
        Assert.Equal(["top/t PostStop", "top/w Terminated top/t"], History);
        Assert.Empty(await AfterStopAsync("top/t"));
    }

    [Fact(DisplayName = "SU-32 A restart is not an end")]
    public async Task Watch_TargetRestarts_IsNotTold()
    {
        await StartAsync(Watchers);
        await AfterAsync("top/w", new ScriptMessage.Watch("top/t"));

        Assert.Equal(Restarted("top/t"), await AfterAsync("top/t", Fail()));
        Assert.Equal(["top/t PostStop", "top/w Terminated top/t"], await AfterStopAsync("top/t"));
    }

    [Fact(DisplayName = "SU-33 Who watches somebody who has ended is told so")]
    public async Task Watch_AfterTheEnd_IsTold()
    {
        await StartAsync(Watchers);
        await AfterStopAsync("top/t");

        IReadOnlyList<string> history = await AfterAsync("top/w", new ScriptMessage.Watch("top/t"));

        Assert.StartsWith("top/w Terminated top/t", Assert.Single(history), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "SU-34 Watching twice tells once")]
    public async Task Watch_Twice_IsToldOnce()
    {
        await StartAsync(Watchers);
        await AfterAsync("top/w", new ScriptMessage.Watch("top/t"));
        await AfterAsync("top/w", new ScriptMessage.Watch("top/t"));

        Assert.Equal(["top/t PostStop", "top/w Terminated top/t"], await AfterStopAsync("top/t"));
    }

    [Fact(DisplayName = "SU-35 Unwatch takes it back")]
    public async Task Unwatch_BeforeTheEnd_IsNotTold()
    {
        await StartAsync(Watchers);
        await AfterAsync("top/w", new ScriptMessage.Watch("top/t"));
        await AfterAsync("top/w", new ScriptMessage.Unwatch("top/t"));

        Assert.Equal(["top/t PostStop"], await AfterStopAsync("top/t"));
    }

    [Fact(DisplayName = "SU-36 Unwatch drops a notice that is on its way")]
    public async Task Unwatch_AfterTheEnd_DropsTheNotice()
    {
        await StartAsync(Watchers);
        await AfterAsync("top/w", new ScriptMessage.Watch("top/t"));
        await AfterAsync("top/w", new ScriptMessage.Await("gate"));
        // Comes to stand behind the message that takes the watching back.
        World.Tell("top/w", new ScriptMessage.Unwatch("top/t"));
        await AfterStopAsync("top/t");
        World.Board.Clear();
        World.Board.Release("gate");
        await World.SettleAsync();

        Assert.Equal(["top/w end gate"], History);
    }

    [Fact(DisplayName = "SU-37 Several watchers are told, each once")]
    public async Task Watch_BySeveral_AllAreTold()
    {
        await StartAsync(Watchers);
        await AfterAsync("top/w", new ScriptMessage.Watch("top/t"));
        await AfterAsync("top/v", new ScriptMessage.Watch("top/t"));

        IReadOnlyList<string> history = await AfterStopAsync("top/t");

        Assert.Equal(["top/t PostStop", "top/v Terminated top/t", "top/w Terminated top/t"], history.Order());
    }

    [Fact(DisplayName = "SU-38 WatchWith brings a message of one's own")]
    public async Task WatchWith_TargetEnds_MessageComes()
    {
        await StartAsync(Watchers);
        await AfterAsync("top/w", new ScriptMessage.WatchWith("top/t", "gone"));

        Assert.Equal(["top/t PostStop", "top/w gone"], await AfterStopAsync("top/t"));
    }

    [Fact(DisplayName = "SU-39 Who watches and does not say what to do about it fails by the death pact")]
    public async Task Terminated_NobodyHandles_FailsTheWatcher()
    {
        await StartAsync(Watchers with { Strategy = SupervisorStrategy.Default });
        await AfterAsync("top/deaf", new ScriptMessage.Watch("top/t"));

        Assert.Equal(["top/t PostStop", "top/deaf PostStop"], await AfterStopAsync("top/t"));
        Assert.False(World.IsAlive("top/deaf"));
    }

    [Fact(DisplayName = "SU-40 A restart of the watcher keeps what it watches")]
    public async Task Watcher_Restarts_StillIsTold()
    {
        await StartAsync(Watchers);
        await AfterAsync("top/w", new ScriptMessage.Watch("top/t"));
        await AfterAsync("top/w", Fail());

        Assert.Equal(["top/t PostStop", "top/w Terminated top/t"], await AfterStopAsync("top/t"));
    }

    [Fact(DisplayName = "SU-41 A supervisor hears of a child it watches")]
    public async Task Watch_OfAChild_IsTold()
    {
        await StartAsync(Family(Strategy("one", Directive.Stop)));
        await AfterAsync("sup", new ScriptMessage.Watch("sup/b"));

        Assert.Equal(["sup/b PostStop", "sup Terminated sup/b"], await AfterAsync("sup/b", Fail()));
    }

    [Fact(DisplayName = "SU-42 What somebody sent before its end comes before the notice")]
    public async Task Terminated_AfterMessages_KeepsTheOrder()
    {
        await StartAsync(Watchers);
        await AfterAsync("top/w", new ScriptMessage.Watch("top/t"));
        await AfterAsync("top/w", new ScriptMessage.Await("gate"));
        World.Board.Clear();
        World.Tell("top/w", Note("earlier"));
        World.Stop("top/t");
        await World.SettleAsync();
        World.Board.Release("gate");
        await World.SettleAsync();

        Assert.Equal(["top/t PostStop", "top/w end gate", "top/w earlier", "top/w Terminated top/t"], History);
    }

    [Fact(DisplayName = "SU-43 The name of an actor that has ended can be used again, by another actor")]
    public async Task Name_OfOneThatEnded_IsFree()
    {
        await StartAsync(Family(SupervisorStrategy.Default));
        await AfterAsync("sup", new ScriptMessage.Watch("sup/b"));
        await AfterStopAsync("sup/b");

        Assert.Equal(["sup/b PreStart"], await AfterAsync("sup", new ScriptMessage.Spawn(new ActorScript("b"))));
        Assert.Equal(["sup/b PostStop"], await AfterStopAsync("sup/b"));
    }

    [Fact(DisplayName = "SU-44 Two who watch each other both hear of an end")]
    public async Task Watch_EachOther_TheSurvivorIsTold()
    {
        await StartAsync(Watchers);
        await AfterAsync("top/w", new ScriptMessage.Watch("top/v"));
        await AfterAsync("top/v", new ScriptMessage.Watch("top/w"));

        Assert.Equal(["top/w PostStop", "top/v Terminated top/w"], await AfterStopAsync("top/w"));
        Assert.Equal(["top/v PostStop"], await AfterStopAsync("top/v"));
    }
}
