using Xunit;

namespace ActorLoop.SupervisionContract;

/// <content>Stopping: order, deadlines, restart types, and failures on the way.</content>
public abstract partial class SupervisionSuite
{
    [Fact(DisplayName = "SU-64 A tree of three levels ends from the leaves, in reverse order")]
    public async Task Stop_OfATree_IsInReverse()
    {
        ActorScript Branch(string name) => new(name) { Children = [new("x"), new("y")] };
        await StartAsync(new ActorScript("top") { Children = [Branch("l"), Branch("r")] });

        AssertHistory(
            await AfterStopAsync("top"),
            "top/r/y PostStop",
            "top/r/x PostStop",
            "top/r PostStop",
            "top/l/y PostStop",
            "top/l/x PostStop",
            "top/l PostStop",
            "top PostStop");
    }

    [Fact(DisplayName = "SU-65 A stop in order waits for a child before it stops the one before")]
    public async Task Stop_ChildTakesItsTime_TheOthersWait()
    {
        Requires(SupervisionAbilities.Ordered | SupervisionAbilities.ShutdownDeadline);
        await StartAsync(Family(SupervisorStrategy.Default, script => script with { Shutdown = ShutdownDeadline.Infinite },
            sup => sup with { Shutdown = ShutdownDeadline.Infinite }));
        await AfterAsync("sup/b", new ScriptMessage.Await("gate"));

        Assert.Equal(["sup/c PostStop"], await AfterStopAsync("sup"));
        World.Board.Release("gate");
        await World.SettleAsync();
        Assert.Equal(["sup/c PostStop", "sup/b end gate", "sup/b PostStop", "sup/a PostStop", "sup PostStop"], History);
    }

    [Theory(DisplayName = "SU-66 Each child has a deadline of its own")]
    [InlineData(1, 2, 3)]
    [InlineData(3, 2, 1)]
    public async Task Stop_ChildrenHang_EachHasItsDeadline(int a, int b, int c)
    {
        Requires(SupervisionAbilities.Ordered | SupervisionAbilities.ShutdownDeadline | SupervisionAbilities.ManualClock);
        var times = new Dictionary<string, int> { ["a"] = a, ["b"] = b, ["c"] = c };
        await StartAsync(Family(
            SupervisorStrategy.Default,
            script => script with { Shutdown = ShutdownDeadline.After(TimeSpan.FromSeconds(times[script.Name])) },
            sup => sup with { Shutdown = ShutdownDeadline.Infinite }));
        foreach (char child in "abc")
        {
            await AfterAsync($"sup/{child}", new ScriptMessage.Await($"gate {child}"));
        }

        await AfterStopAsync("sup");
        foreach (char child in "cba")
        {
            Assert.True(World.IsAlive($"sup/{child}"));
            await World.AdvanceAsync(TimeSpan.FromSeconds(times[$"{child}"]) + TimeSpan.FromMilliseconds(1));
            Assert.False(World.IsAlive($"sup/{child}"));
        }

        Assert.Equal(["sup/c PostStop", "sup/b PostStop", "sup/a PostStop", "sup PostStop"], History);
    }

    [Fact(DisplayName = "SU-67 A supervisor whose time is up gives all its children up")]
    public async Task Stop_SupervisorsTimeIsUp_GivesUpTheTree()
    {
        Requires(SupervisionAbilities.Ordered | SupervisionAbilities.ShutdownDeadline | SupervisionAbilities.ManualClock);
        await StartAsync(Family(SupervisorStrategy.Default, script => script with { Shutdown = ShutdownDeadline.Infinite },
            sup => sup with { Shutdown = ShutdownDeadline.After(s_second) }));
        foreach (char child in "abc")
        {
            await AfterAsync($"sup/{child}", new ScriptMessage.Await("gate"));
        }

        Assert.Empty(await AfterStopAsync("sup"));
        await World.AdvanceAsync(2 * s_second);
        Assert.Equal(["sup PostStop", "sup/a PostStop", "sup/b PostStop", "sup/c PostStop"], History.Order(StringComparer.Ordinal));
        World.Board.Release("gate");
        await World.SettleAsync();
    }

    [Theory(DisplayName = "SU-68 Restart types say who is started again")]
    [InlineData(RestartType.Permanent, "failure", true)]
    [InlineData(RestartType.Permanent, "self", true)]
    [InlineData(RestartType.Permanent, "stop", false)]
    [InlineData(RestartType.Transient, "failure", true)]
    [InlineData(RestartType.Transient, "self", false)]
    [InlineData(RestartType.Transient, "stop", false)]
    [InlineData(RestartType.Temporary, "failure", false)]
    [InlineData(RestartType.Temporary, "self", false)]
    [InlineData(RestartType.Temporary, "stop", false)]
    public async Task RestartType_OfAnEnd_SaysWhoComesBack(RestartType type, string end, bool lives)
    {
        Requires(SupervisionAbilities.RestartTypes);
        await StartAsync(Family(Strategy("one", Directive.Restart), script => script with { Restart = type }));
        World.Board.Clear();
        switch (end)
        {
            case "failure":
                World.Tell("sup/b", Fail());
                break;
            case "self":
                World.Tell("sup/b", new ScriptMessage.StopSelf());
                break;
            default:
                World.Stop("sup/b");
                break;
        }

        await World.SettleAsync();
        Assert.Equal(lives, World.IsAlive("sup/b"));
        Assert.Equal(
            lives ? end == "self" ? ["sup/b PostStop", "sup/b PreStart"] : Restarted("sup/b") : ["sup/b PostStop"], History);
    }

    [Fact(DisplayName = "SU-69 A permanent child that ends by itself spends the budget")]
    public async Task Permanent_EndsAgainAndAgain_SpendsTheBudget()
    {
        Requires(SupervisionAbilities.RestartTypes);
        await StartAsync(Family(
            Strategy("one", Directive.Restart) with { MaxRetries = 2 }, script => script with { Restart = RestartType.Permanent }));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(World.IsAlive("sup/b"));
            await AfterAsync("sup/b", new ScriptMessage.StopSelf());
        }

        Assert.False(World.IsAlive("sup/b"));
    }

    [Theory(DisplayName = "SU-70 A group leaves out what is temporary")]
    [InlineData("all")]
    [InlineData("rest")]
    public async Task Restart_OfAGroup_EndsTemporaryMembers(string kind)
    {
        Requires(SupervisionAbilities.RestartTypes | SupervisionAbilities.RestForOne);
        await StartAsync(Family(
            Strategy(kind, Directive.Restart),
            script => script.Name == "c" ? script with { Restart = RestartType.Temporary } : script));

        await AfterAsync("sup/a", Fail());

        Assert.True(World.IsAlive("sup/b"));
        Assert.False(World.IsAlive("sup/c"));
    }

    [Theory(DisplayName = "SU-71 Significant children take their supervisor with them")]
    [InlineData(AutoShutdown.Never, "ab", true)]
    [InlineData(AutoShutdown.AnySignificant, "a", false)]
    [InlineData(AutoShutdown.AnySignificant, "c", true)]
    [InlineData(AutoShutdown.AllSignificant, "a", true)]
    [InlineData(AutoShutdown.AllSignificant, "ab", false)]
    [InlineData(AutoShutdown.AllSignificant, "ac", true)]
    public async Task AutoShutdown_SignificantEnd_StopsTheSupervisor(AutoShutdown when, string ended, bool lives)
    {
        Requires(SupervisionAbilities.AutoShutdown);
        await StartAsync(Family(SupervisorStrategy.Default, script => script with { Significant = script.Name != "c" },
            sup => sup with { AutoShutdown = when }));
        foreach (char child in ended)
        {
            await AfterAsync($"sup/{child}", new ScriptMessage.StopSelf());
        }

        Assert.Equal(lives, World.IsAlive("sup"));
        Assert.Equal(lives, World.IsAlive("sup/c") || ended.Contains('c'));
    }

    [Fact(DisplayName = "SU-72 Significant children that are told to stop mean nothing")]
    public async Task AutoShutdown_OrderedStop_MeansNothing()
    {
        Requires(SupervisionAbilities.AutoShutdown);
        await StartAsync(Family(SupervisorStrategy.Default, script => script with { Significant = true },
            sup => sup with { AutoShutdown = AutoShutdown.AnySignificant }));
        await AfterStopAsync("sup/a");
        await AfterAsync("sup", new ScriptMessage.StopChild("b"));

        Assert.True(World.IsAlive("sup"));
        Assert.False(World.IsAlive("sup/b"));
    }

    [Fact(DisplayName = "SU-73 A supervisor that is stopped while its children restart ends with all of them")]
    public async Task Stop_WhileChildrenRestart_EndsAll()
    {
        Requires(SupervisionAbilities.ShutdownDeadline | SupervisionAbilities.Ordered);
        await StartAsync(Family(Strategy("all", Directive.Restart), script => script with { Shutdown = ShutdownDeadline.Infinite },
            sup => sup with { Shutdown = ShutdownDeadline.Infinite }));
        await AfterAsync("sup/b", new ScriptMessage.Await("gate"));
        await AfterAsync("sup/a", Fail());
        World.Board.Clear();
        World.Stop("sup");
        await World.SettleAsync();
        World.Board.Release("gate");
        await World.SettleAsync();

        // The last had been wound down already, the one that awaited has its end, the one that failed never got its restart.
        Assert.Equal(["sup/b end gate", "sup/b PostStop", "sup/a PostStop", "sup PostStop"], History);
        Assert.All("abc", child => Assert.False(World.IsAlive($"sup/{child}")));
    }

    [Fact(DisplayName = "SU-74 A member that is stopped while its group winds down does not hold the group up")]
    public async Task Stop_OfAGroupMember_GroupGoesOn()
    {
        Requires(SupervisionAbilities.ShutdownDeadline | SupervisionAbilities.Ordered);
        await StartAsync(Family(Strategy("all", Directive.Restart), script => script with { Shutdown = ShutdownDeadline.Infinite }));
        await AfterAsync("sup/b", new ScriptMessage.Await("gate"));
        await AfterAsync("sup/a", Fail());
        await AfterStopAsync("sup/b");
        World.Board.Release("gate");
        await World.SettleAsync();

        Assert.Equal(
            [
                "sup/b end gate", "sup/b PostStop", "sup/a PreRestart boom", "sup/a PostStop", "sup/a PostRestart boom", "sup/a PreStart",
                "sup/c PostRestart boom", "sup/c PreStart",
            ],
            History);
    }

    [Fact(DisplayName = "SU-75 A restart storm without a budget starves nobody")]
    public async Task Restart_Storm_StarvesNobody()
    {
        await StartAsync(Family(Strategy("one", Directive.Restart)));
        World.Board.Clear();
        for (int i = 0; i < 1000; i++)
        {
            World.Tell("sup/b", Fail());
        }

        World.Tell("sup/a", Note("works"));
        await World.SettleAsync();

        Assert.Equal(1000, History.Count(line => line == "sup/b PostRestart boom"));
        Assert.Contains("sup/a works", History);
    }

    [Fact(DisplayName = "SU-76 A storm in one subtree that escalates ends at the top")]
    public async Task Escalation_Storm_EndsAtTheTop()
    {
        Requires(SupervisionAbilities.EscalateWhenExhausted);
        SupervisorStrategy limited = Strategy("one", Directive.Restart) with { MaxRetries = 2, OnExhausted = OnExhausted.Escalate };
        await StartAsync(new ActorScript("top")
        {
            Strategy = limited,
            Children = [new ActorScript("mid") { Strategy = limited, Children = [new ActorScript("x")] }],
        });
        int failures = 0;
        while (World.IsAlive("top") && failures < 100)
        {
            failures++;
            await AfterAsync("top/mid/x", Fail());
        }

        // Three for each life of mid, which has three.
        Assert.Equal(9, failures);
    }

    [Fact(DisplayName = "SU-77 Children that are told to stop by their supervisor end, and the supervisor stays")]
    public async Task StopChild_ByTheSupervisor_Ends()
    {
        await StartAsync(Family(SupervisorStrategy.Default));

        Assert.Equal(["sup/b PostStop"], await AfterAsync("sup", new ScriptMessage.StopChild("b")));
        Assert.Equal(["sup works"], await AfterAsync("sup", Note("works")));
    }

    [Fact(DisplayName = "SU-78 Children of a suspended supervisor wait, and go on with it")]
    public async Task Suspended_Children_GoOnAfterwards()
    {
        // With one loop the decision falls at once; with two there is a time between, and what arrives in it must not be lost.
        await StartAsync(new ActorScript("top")
        {
            Strategy = Strategy("one", Directive.Resume),
            Children = [Family(SupervisorStrategy.Default)],
        });
        World.Board.Clear();
        World.Tell("top/sup", Fail());
        World.Tell("top/sup/a", Note("one"));
        World.Tell("top/sup/a", Note("two"));
        World.Tell("top/sup", Fail());
        World.Tell("top/sup/a", Note("three"));
        await World.SettleAsync();

        Assert.Equal(["top/sup/a one", "top/sup/a two", "top/sup/a three"], History);
    }
}
