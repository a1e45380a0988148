using Xunit;

namespace ActorLoop.SupervisionContract;

/// <content>Messages that await.</content>
public abstract partial class SupervisionSuite
{
    private static ActorScript Lone(Directive directive, ShutdownDeadline shutdown = default) => new("sup")
    {
        Strategy = Strategy("one", directive),
        Children = [new ActorScript("x") { Shutdown = shutdown }],
    };

    [Fact(DisplayName = "SU-53 The next message comes when the one that awaits has ended")]
    public async Task Receive_Awaiting_KeepsTheOrder()
    {
        await StartAsync(Lone(Directive.Restart));
        await AfterAsync("sup/x", new ScriptMessage.Await("gate"));
        World.Tell("sup/x", Note("next"));
        World.Tell("sup/x", new ScriptMessage.Await("second"));
        World.Tell("sup/x", Note("last"));
        await World.SettleAsync();
        Assert.Equal(["sup/x begin gate"], History);

        World.Board.Release("gate");
        await World.SettleAsync();
        World.Board.Release("second");
        await World.SettleAsync();
        Assert.Equal(
            ["sup/x begin gate", "sup/x end gate", "sup/x next", "sup/x begin second", "sup/x end second", "sup/x last"], History);
    }

    [Fact(DisplayName = "SU-54 One that awaits holds up nobody else")]
    public async Task Receive_Awaiting_HoldsUpNobodyElse()
    {
        await StartAsync(Family(Strategy("one", Directive.Restart)));
        await AfterAsync("sup/a", new ScriptMessage.Await("gate"));

        Assert.Equal(["sup/b works"], await AfterAsync("sup/b", Note("works")));
    }

    [Theory(DisplayName = "SU-55 A failure after an await is a failure like any other")]
    [InlineData(Directive.Resume)]
    [InlineData(Directive.Restart)]
    [InlineData(Directive.Stop)]
    public async Task Receive_FailsAfterAwait_IsDecidedAbout(Directive directive)
    {
        await StartAsync(Lone(directive));
        await AfterAsync("sup/x", new ScriptMessage.Await("gate", Boom()));
        World.Tell("sup/x", Note("next"));
        World.Board.Clear();
        World.Board.Release("gate");
        await World.SettleAsync();

        string[] expected = directive switch
        {
            Directive.Resume => ["sup/x next"],
            Directive.Restart => [.. Restarted("sup/x"), "sup/x next"],
            _ => ["sup/x PostStop"],
        };
        Assert.Equal(expected, History);
    }

    [Fact(DisplayName = "SU-56 A stop waits for the message that awaits, and not for those behind it")]
    public async Task Stop_WhileAwaiting_WaitsForTheMessage()
    {
        Requires(SupervisionAbilities.ShutdownDeadline);
        await StartAsync(Lone(Directive.Restart, ShutdownDeadline.Infinite));
        await AfterAsync("sup/x", new ScriptMessage.Await("gate"));
        World.Tell("sup/x", Note("behind"));
        Assert.Empty(await AfterStopAsync("sup/x"));
        Assert.True(World.IsAlive("sup/x"));

        World.Board.Release("gate");
        await World.SettleAsync();
        Assert.Equal(["sup/x end gate", "sup/x PostStop"], History);
    }

    [Fact(DisplayName = "SU-57 A stop cancels what the actor awaits with its token")]
    public async Task Stop_WhileAwaiting_Cancels()
    {
        Requires(SupervisionAbilities.CancelsReceive);
        await StartAsync(Lone(Directive.Restart, ShutdownDeadline.Infinite));
        await AfterAsync("sup/x", new ScriptMessage.Await("gate", Cancelable: true));

        Assert.Equal(["sup/x PostStop"], await AfterStopAsync("sup/x"));
        Assert.Empty(World.Reports);
    }

    [Fact(DisplayName = "SU-58 A restart of the whole group waits for a sibling that awaits")]
    public async Task Restart_SiblingAwaits_WaitsForIt()
    {
        Requires(SupervisionAbilities.ShutdownDeadline | SupervisionAbilities.Ordered);
        await StartAsync(Family(
            Strategy("all", Directive.Restart), script => script with { Shutdown = ShutdownDeadline.Infinite }));
        await AfterAsync("sup/b", new ScriptMessage.Await("gate"));

        Assert.Equal(["sup/c PreRestart boom", "sup/c PostStop"], await AfterAsync("sup/a", Fail()));
        World.Board.Clear();
        World.Board.Release("gate");
        await World.SettleAsync();
        Assert.Equal(
            [
                "sup/b end gate", "sup/b PreRestart boom", "sup/b PostStop", "sup/a PreRestart boom", "sup/a PostStop",
                "sup/a PostRestart boom", "sup/a PreStart", "sup/b PostRestart boom", "sup/b PreStart", "sup/c PostRestart boom",
                "sup/c PreStart",
            ],
            History);
    }

    [Fact(DisplayName = "SU-59 A restart cancels what a sibling awaits, and the new instance has a whole token")]
    public async Task Restart_SiblingAwaits_Cancels()
    {
        Requires(SupervisionAbilities.CancelsReceive);
        await StartAsync(Family(Strategy("all", Directive.Restart)));
        await AfterAsync("sup/b", new ScriptMessage.Await("gate", Cancelable: true));
        await AfterAsync("sup/a", Fail());
        Assert.Contains("sup/b PostRestart boom", History);

        Assert.Equal(["sup/b begin again"], await AfterAsync("sup/b", new ScriptMessage.Await("again", Cancelable: true)));
        World.Board.Release("again");
        await World.SettleAsync();
        Assert.Equal(["sup/b begin again", "sup/b end again"], History);
    }

    [Theory(DisplayName = "SU-60 When its time is up, the actor ends without what it awaits")]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(60)]
    public async Task Stop_TimeIsUp_GivesUp(int seconds)
    {
        Requires(SupervisionAbilities.ShutdownDeadline | SupervisionAbilities.ManualClock);
        ShutdownDeadline deadline = seconds == 0 ? ShutdownDeadline.Brutal : ShutdownDeadline.After(TimeSpan.FromSeconds(seconds));
        await StartAsync(Lone(Directive.Restart, deadline));
        await AfterAsync("sup/x", new ScriptMessage.Await("gate"));

        IReadOnlyList<string> history = await AfterStopAsync("sup/x");
        if (seconds > 0)
        {
            await World.AdvanceAsync(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Empty(History);
            await World.AdvanceAsync(TimeSpan.FromMilliseconds(2));
            history = History;
        }

        Assert.Equal(["sup/x PostStop"], history);
        Assert.False(World.IsAlive("sup/x"));
        World.Board.Release("gate");
        await World.SettleAsync();
        Assert.Empty(World.Reports);
    }

    [Fact(DisplayName = "SU-61 What was given up and fails later is reported, and fails nobody")]
    public async Task Receive_FailsAfterItWasGivenUp_IsReported()
    {
        Requires(SupervisionAbilities.ShutdownDeadline | SupervisionAbilities.Reports);
        await StartAsync(Lone(Directive.Restart, ShutdownDeadline.Brutal));
        await AfterAsync("sup/x", new ScriptMessage.Await("gate", Boom("too late")));
        await AfterStopAsync("sup/x");
        World.Board.Clear();
        World.Board.Release("gate");
        await World.SettleAsync();

        Assert.Empty(History);
        Assert.Equal(["too late"], World.Reports);
    }

    [Fact(DisplayName = "SU-62 A failure during the stop changes nothing but is reported")]
    public async Task Receive_FailsDuringTheStop_IsReported()
    {
        Requires(SupervisionAbilities.ShutdownDeadline | SupervisionAbilities.Reports);
        await StartAsync(Lone(Directive.Restart, ShutdownDeadline.Infinite));
        await AfterAsync("sup/x", new ScriptMessage.Await("gate", Boom("on the way out")));
        await AfterStopAsync("sup/x");
        World.Board.Release("gate");
        await World.SettleAsync();

        Assert.Equal(["sup/x PostStop"], History);
        Assert.Equal(["on the way out"], World.Reports);
    }

    [Fact(DisplayName = "SU-63 A kill does not wait for the messages before it")]
    public async Task Kill_OfABusyActor_Fails()
    {
        Requires(SupervisionAbilities.ShutdownDeadline);
        await StartAsync(Lone(Directive.Stop, ShutdownDeadline.Brutal));
        await AfterAsync("sup/x", new ScriptMessage.Await("gate"));
        World.Board.Clear();
        World.Kill("sup/x");
        await World.SettleAsync();

        Assert.Equal(["sup/x PostStop"], History);
        World.Board.Release("gate");
        await World.SettleAsync();
    }
}
