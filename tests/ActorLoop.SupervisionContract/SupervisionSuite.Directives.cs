using Xunit;

namespace ActorLoop.SupervisionContract;

/// <content>Strategies and directives.</content>
public abstract partial class SupervisionSuite
{
    [Theory(DisplayName = "SU-01 Resume drops the message and nothing else")]
    [InlineData("one")]
    [InlineData("all")]
    [InlineData("rest")]
    public async Task Resume_ChildFails_OnlyTheMessageIsLost(string kind)
    {
        RequiresStrategy(kind);
        await StartAsync(Family(Strategy(kind, Directive.Resume)));

        Assert.Empty(await AfterAsync("sup/b", Fail()));
        Assert.Equal(["sup/b still here"], await AfterAsync("sup/b", Note("still here")));
        Assert.Equal(["sup/a so am I"], await AfterAsync("sup/a", Note("so am I")));
    }

    [Theory(DisplayName = "SU-02 Restart replaces whom the strategy names")]
    [InlineData("one", "b")]
    [InlineData("all", "abc")]
    [InlineData("rest", "bc")]
    public async Task Restart_ChildFails_TheAffectedAreReplaced(string kind, string affected)
    {
        RequiresStrategy(kind);
        await StartAsync(Family(Strategy(kind, Directive.Restart)));

        IReadOnlyList<string> history = await AfterAsync("sup/b", Fail());

        IEnumerable<string> down = affected.Reverse().SelectMany(c => new[] { $"sup/{c} PreRestart boom", $"sup/{c} PostStop" });
        IEnumerable<string> up = affected.SelectMany(c => new[] { $"sup/{c} PostRestart boom", $"sup/{c} PreStart" });
        AssertHistory(history, [.. down, .. up]);
        foreach (char child in "abc")
        {
            Assert.Equal([$"sup/{child} works"], await AfterAsync($"sup/{child}", Note("works")));
        }
    }

    [Theory(DisplayName = "SU-03 Stop ends whom the strategy names")]
    [InlineData("one", "b")]
    [InlineData("all", "abc")]
    [InlineData("rest", "bc")]
    public async Task Stop_ChildFails_TheAffectedEnd(string kind, string affected)
    {
        RequiresStrategy(kind);
        await StartAsync(Family(Strategy(kind, Directive.Stop)));

        IReadOnlyList<string> history = await AfterAsync("sup/b", Fail());

        AssertHistory(history, [.. affected.Reverse().Select(c => $"sup/{c} PostStop")]);
        Assert.All("abc", child => Assert.Equal(!affected.Contains(child), World.IsAlive($"sup/{child}")));
        Assert.True(World.IsAlive("sup"));
    }

    [Theory(DisplayName = "SU-04 Escalate makes the supervisor fail, and its own supervisor decides")]
    [InlineData("one", Directive.Stop)]
    [InlineData("all", Directive.Stop)]
    [InlineData("rest", Directive.Stop)]
    [InlineData("one", Directive.Restart)]
    [InlineData("all", Directive.Restart)]
    [InlineData("rest", Directive.Restart)]
    [InlineData("one", Directive.Resume)]
    [InlineData("all", Directive.Resume)]
    [InlineData("rest", Directive.Resume)]
    [InlineData("one", Directive.Escalate)]
    [InlineData("all", Directive.Escalate)]
    [InlineData("rest", Directive.Escalate)]
    public async Task Escalate_ChildFails_TheNextDecides(string kind, Directive above)
    {
        RequiresStrategy(kind);
        ActorScript family = Family(Strategy(kind, Directive.Escalate));
        await StartAsync(new ActorScript("top") { Strategy = Strategy("one", above), Children = [family] });

        IReadOnlyList<string> history = await AfterAsync("top/sup/b", Fail());

        string[] childrenEnd = ["top/sup/c PostStop", "top/sup/b PostStop", "top/sup/a PostStop"];
        switch (above)
        {
            case Directive.Stop:
                AssertHistory(history, [.. childrenEnd, "top/sup PostStop"]);
                Assert.True(World.IsAlive("top"));
                break;
            case Directive.Restart:
                AssertHistory(
                    history,
                    [
                        "top/sup PreRestart boom", "top/sup PostStop", .. childrenEnd, "top/sup PostRestart boom", "top/sup PreStart",
                        "top/sup/a PreStart", "top/sup/b PreStart", "top/sup/c PreStart",
                    ]);
                break;
            case Directive.Resume:
                Assert.Empty(history);
                Assert.Equal(["top/sup/b goes on"], await AfterAsync("top/sup/b", Note("goes on")));
                Assert.Equal(["top/sup/a goes on"], await AfterAsync("top/sup/a", Note("goes on")));
                break;
            default:
                AssertHistory(history, [.. childrenEnd, "top/sup PostStop", "top PostStop"]);
                Assert.False(World.IsAlive("top"));
                break;
        }
    }

    [Theory(DisplayName = "SU-05 What waits in the mailbox survives a failure, the failing message does not")]
    [InlineData(Directive.Resume)]
    [InlineData(Directive.Restart)]
    [InlineData(Directive.Stop)]
    public async Task Mailbox_MessagesBehindAFailure_AreKeptWithTheActor(Directive directive)
    {
        await StartAsync(Family(Strategy("one", directive)));
        World.Board.Clear();
        World.Tell("sup/b", Note("before"));
        World.Tell("sup/b", Fail());
        World.Tell("sup/b", Note("behind"));
        await World.SettleAsync();

        IEnumerable<string> received = History.Where(line => line is "sup/b before" or "sup/b behind");
        Assert.Equal(directive == Directive.Stop ? ["sup/b before"] : ["sup/b before", "sup/b behind"], received);
    }

    [Theory(DisplayName = "SU-06 The rule for the most derived type wins, whatever the order")]
    [InlineData(typeof(ArgumentException), Directive.Stop)]
    [InlineData(typeof(ArgumentNullException), Directive.Resume)]
    [InlineData(typeof(ArgumentOutOfRangeException), Directive.Stop)]
    [InlineData(typeof(InvalidOperationException), Directive.Restart)]
    [InlineData(typeof(TimeoutException), Directive.Resume)]
    public async Task Decider_SeveralRulesFit_TheMostDerivedWins(Type cause, Directive expected)
    {
        IDecider decider = Decider.From(
            Directive.Restart,
            Directive.Stop.When<ArgumentException>(),
            Directive.Resume.When<ArgumentNullException>(),
            Directive.Resume.When<TimeoutException>());
        await StartAsync(Family(Strategy("one", decider)));
        var failure = (Exception)Activator.CreateInstance(cause, "boom")!;

        IReadOnlyList<string> history = await AfterAsync("sup/b", new ScriptMessage.Fail(failure));

        Assert.Equal(expected != Directive.Stop, World.IsAlive("sup/b"));
        Assert.Equal(expected == Directive.Restart, history.Any(line => line.Contains("PostRestart", StringComparison.Ordinal)));
    }

    [Theory(DisplayName = "SU-07 The default decider restarts, but stops what a new instance would repeat")]
    [InlineData("failure", true)]
    [InlineData("kill", false)]
    [InlineData("start", false)]
    [InlineData("pact", false)]
    public async Task DefaultDecider_KindsOfFailure_StopOrRestart(string kind, bool lives)
    {
        ActorScript script = new("x") { IgnoresTerminated = true };
        if (kind == "start")
        {
            script = script with { Fails = (hook, _) => hook == Hook.PreStart ? Boom() : null };
        }

        await StartAsync(new ActorScript("sup") { Children = [new ActorScript("other"), script] });
        switch (kind)
        {
            case "failure":
                World.Tell("sup/x", Fail());
                break;
            case "kill":
                World.Kill("sup/x");
                break;
            case "pact":
                World.Tell("sup/x", new ScriptMessage.Watch("sup/other"));
                await World.SettleAsync();
                World.Stop("sup/other");
                break;
        }

        await World.SettleAsync();
        Assert.Equal(lives, World.IsAlive("sup/x"));
    }

    [Theory(DisplayName = "SU-08 A decider that throws makes its supervisor fail with that exception")]
    [InlineData("one")]
    [InlineData("all")]
    [InlineData("rest")]
    public async Task Decider_Throws_SupervisorFails(string kind)
    {
        RequiresStrategy(kind);
        IDecider broken = Decider.From(_ => throw Boom("decider"));
        await StartAsync(new ActorScript("top")
        {
            Strategy = Strategy("one", Directive.Restart),
            Children = [Family(Strategy(kind, broken))],
        });

        IReadOnlyList<string> history = await AfterAsync("top/sup/b", Fail());

        Assert.Contains("top/sup PreRestart decider", history);
        Assert.Contains("top/sup PostRestart decider", history);
        Assert.Equal(["top/sup/b new"], await AfterAsync("top/sup/b", Note("new")));
    }

    [Fact(DisplayName = "SU-09 A failure of one family leaves another alone")]
    public async Task Failure_OfOneFamily_LeavesOthersAlone()
    {
        await StartAsync(new ActorScript("top")
        {
            Children =
            [
                new ActorScript("left") { Strategy = Strategy("all", Directive.Restart), Children = [new("a"), new("b")] },
                new ActorScript("right") { Children = [new("a")] },
            ],
        });

        IReadOnlyList<string> history = await AfterAsync("top/left/a", Fail());

        Assert.NotEmpty(history);
        Assert.All(history, line => Assert.StartsWith("top/left/", line, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "SU-10 Every failure is reported once, by the supervisor that decides")]
    public async Task Failure_Decided_IsReportedOnce()
    {
        Requires(SupervisionAbilities.Reports);
        await StartAsync(new ActorScript("top")
        {
            Strategy = Strategy("one", Directive.Stop),
            Children = [Family(Strategy("one", Directive.Escalate))],
        });

        await AfterAsync("top/sup/b", Fail());

        Assert.Equal(["boom"], World.Reports);
    }
}
