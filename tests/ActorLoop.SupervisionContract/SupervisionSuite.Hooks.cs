using Xunit;

namespace ActorLoop.SupervisionContract;

/// <content>The order of the hooks, and hooks that throw.</content>
public abstract partial class SupervisionSuite
{
    [Fact(DisplayName = "SU-16 A start makes the instance, then calls PreStart, then receives")]
    public async Task Start_FirstMessages_ComeAfterPreStart()
    {
        World.Spawn(new ActorScript("x") { RecordsFactory = true });
        World.Tell("x", Note("hello"));
        await World.SettleAsync();

        Assert.Equal(["x Factory", "x PreStart", "x hello"], History);
    }

    [Fact(DisplayName = "SU-17 Children start in order, after their supervisor")]
    public async Task Start_OfAFamily_IsInOrder()
    {
        await StartAsync(Family(SupervisorStrategy.Default));

        AssertHistory(History, "sup PreStart", "sup/a PreStart", "sup/b PreStart", "sup/c PreStart");
    }

    [Fact(DisplayName = "SU-18 A restart: PreRestart and PostStop of the old, factory and PostRestart and PreStart of the new")]
    public async Task Restart_Hooks_ComeInOrder()
    {
        await StartAsync(new ActorScript("sup") { Children = [new ActorScript("x") { RecordsFactory = true }] });

        Assert.Equal(
            ["sup/x PreRestart boom", "sup/x PostStop", "sup/x Factory", "sup/x PostRestart boom", "sup/x PreStart"],
            await AfterAsync("sup/x", Fail()));
    }

    [Fact(DisplayName = "SU-19 A restart ends the children before the new instance is made")]
    public async Task Restart_WithChildren_EndsThemFirst()
    {
        await StartAsync(new ActorScript("top") { Children = [Family(SupervisorStrategy.Default)] });

        AssertHistory(
            await AfterAsync("top/sup", Fail()),
            "top/sup PreRestart boom",
            "top/sup PostStop",
            "top/sup/c PostStop",
            "top/sup/b PostStop",
            "top/sup/a PostStop",
            "top/sup PostRestart boom",
            "top/sup PreStart",
            "top/sup/a PreStart",
            "top/sup/b PreStart",
            "top/sup/c PreStart");
    }

    [Fact(DisplayName = "SU-20 Children that PreRestart leaves alone are restarted with their supervisor")]
    public async Task Restart_KeepingChildren_RestartsThem()
    {
        await StartAsync(new ActorScript("top")
        {
            Children = [new ActorScript("sup") { KeepsChildren = true, Children = [new ActorScript("a")] }],
        });

        AssertHistory(await AfterAsync("top/sup", Fail()), [.. Restarted("top/sup"), .. Restarted("top/sup/a")]);
        Assert.Equal(["top/sup/a works"], await AfterAsync("top/sup/a", Note("works")));
    }

    [Fact(DisplayName = "SU-21 A stop ends the children, then calls PostStop, once")]
    public async Task Stop_OfAFamily_EndsChildrenFirst()
    {
        await StartAsync(Family(SupervisorStrategy.Default));

        AssertHistory(await AfterStopAsync("sup"), "sup/c PostStop", "sup/b PostStop", "sup/a PostStop", "sup PostStop");
        Assert.Empty(await AfterStopAsync("sup"));
        Assert.All(new[] { "sup", "sup/a", "sup/b", "sup/c" }, path => Assert.False(World.IsAlive(path)));
    }

    [Theory(DisplayName = "SU-22 An instance that could not be started gets no PostStop and is not asked again")]
    [InlineData(Hook.Factory)]
    [InlineData(Hook.PreStart)]
    public async Task Start_HookThrows_StopsTheChild(Hook broken)
    {
        await StartAsync(new ActorScript("sup")
        {
            Children = [new ActorScript("x") { Fails = (hook, _) => hook == broken ? Boom() : null }, new ActorScript("y")],
        });

        Assert.DoesNotContain("sup/x PostStop", History);
        Assert.False(World.IsAlive("sup/x"));
        Assert.True(World.IsAlive("sup/y"));
        Assert.True(World.IsAlive("sup"));
    }

    [Theory(DisplayName = "SU-23 A start that fails is tried again where the decider says so, as a first start")]
    [InlineData(Hook.Factory, 1)]
    [InlineData(Hook.PreStart, 1)]
    [InlineData(Hook.Factory, 3)]
    [InlineData(Hook.PreStart, 3)]
    public async Task Start_HookThrows_IsTriedAgain(Hook broken, int times)
    {
        await StartAsync(new ActorScript("sup")
        {
            Strategy = Strategy("one", Directive.Restart),
            Children = [new ActorScript("x") { Fails = (hook, instance) => hook == broken && instance <= times ? Boom() : null }],
        });

        int begun = broken == Hook.Factory ? 1 : times + 1;
        Assert.Equal(["sup PreStart", .. Enumerable.Repeat("sup/x PreStart", begun)], History);
        Assert.Equal(["sup/x works"], await AfterAsync("sup/x", Note("works")));
    }

    [Theory(DisplayName = "SU-24 Starts that fail spend the budget")]
    [InlineData(Hook.Factory)]
    [InlineData(Hook.PreStart)]
    public async Task Start_AlwaysThrows_SpendsTheBudget(Hook broken)
    {
        int asked = 0;
        await StartAsync(new ActorScript("sup")
        {
            Strategy = Strategy("one", Directive.Restart) with { MaxRetries = 5 },
            Children = [new ActorScript("x") { Fails = (hook, _) => hook == broken && ++asked > 0 ? Boom() : null }],
        });

        Assert.Equal(6, asked);
        Assert.False(World.IsAlive("sup/x"));
        Assert.True(World.IsAlive("sup"));
    }

    [Fact(DisplayName = "SU-25 PreRestart that throws is reported, and the restart goes on")]
    public async Task PreRestart_Throws_RestartGoesOn()
    {
        await StartAsync(new ActorScript("sup")
        {
            Children = [new ActorScript("x") { Fails = (hook, _) => hook == Hook.PreRestart ? Boom("hook") : null }],
        });

        Assert.Equal(
            ["sup/x PreRestart boom", "sup/x PostRestart boom", "sup/x PreStart"], await AfterAsync("sup/x", Fail()));
        if ((World.Abilities & SupervisionAbilities.Reports) != 0)
        {
            Assert.Contains(World.Reports, text => text.Contains("hook", StringComparison.Ordinal));
        }
    }

    [Theory(DisplayName = "SU-26 A restart whose factory or PostRestart throws is a failure to start")]
    [InlineData(Hook.Factory)]
    [InlineData(Hook.PostRestart)]
    public async Task PostRestart_Throws_StopsTheChild(Hook broken)
    {
        Requires(SupervisionAbilities.FailedRestartIsOver);
        await StartAsync(new ActorScript("sup")
        {
            Children = [new ActorScript("x") { Fails = (hook, instance) => hook == broken && instance == 2 ? Boom("hook") : null }],
        });

        IReadOnlyList<string> history = await AfterAsync("sup/x", Fail());

        Assert.Equal(["sup/x PreRestart boom", "sup/x PostStop"], history.Take(2));
        Assert.DoesNotContain("sup/x PreStart", history);
        Assert.Single(history, "sup/x PostStop");
        Assert.False(World.IsAlive("sup/x"));
    }

    [Fact(DisplayName = "SU-27 A restart that fails is followed by a first start where the decider says so")]
    public async Task PostRestart_Throws_IsTriedAgain()
    {
        Requires(SupervisionAbilities.FailedRestartIsOver);
        await StartAsync(new ActorScript("sup")
        {
            Strategy = Strategy("one", Directive.Restart),
            Children =
            [
                new ActorScript("x") { Fails = (hook, instance) => hook == Hook.PostRestart && instance < 4 ? Boom("hook") : null },
            ],
        });

        IReadOnlyList<string> history = await AfterAsync("sup/x", Fail());

        Assert.Equal(["sup/x PreRestart boom", "sup/x PostStop", "sup/x PostRestart boom", "sup/x PreStart"], history);
        Assert.Equal(["sup/x works"], await AfterAsync("sup/x", Note("works")));
    }

    [Theory(DisplayName = "SU-28 PostStop that throws is reported, and the stop goes on")]
    [InlineData("sup/b")]
    [InlineData("sup")]
    public async Task PostStop_Throws_StopGoesOn(string stopped)
    {
        await StartAsync(Family(
            SupervisorStrategy.Default, script => script with { Fails = (hook, _) => hook == Hook.PostStop ? Boom("hook") : null }));

        await AfterStopAsync(stopped);

        Assert.False(World.IsAlive(stopped));
        Assert.False(World.IsAlive("sup/b"));
        if ((World.Abilities & SupervisionAbilities.Reports) != 0)
        {
            Assert.Contains(World.Reports, text => text.Contains("hook", StringComparison.Ordinal));
        }
    }

    [Fact(DisplayName = "SU-29 PostStop that throws inside PreRestart does not keep the new instance away")]
    public async Task PostStop_ThrowsDuringRestart_RestartGoesOn()
    {
        await StartAsync(new ActorScript("sup")
        {
            Children = [new ActorScript("x") { Fails = (hook, _) => hook == Hook.PostStop ? Boom("hook") : null }],
        });

        await AfterAsync("sup/x", Fail());

        Assert.Equal(["sup/x works"], await AfterAsync("sup/x", Note("works")));
    }

    [Fact(DisplayName = "SU-30 A supervisor that cannot be started takes the children of its PreStart with it")]
    public async Task PreStart_ThrowsAfterSpawning_ChildrenEnd()
    {
        await StartAsync(new ActorScript("top")
        {
            Strategy = Strategy("one", Directive.Restart),
            Children =
            [
                new ActorScript("x")
                {
                    Fails = (hook, instance) => hook == Hook.PostRestart && instance == 2 ? Boom("hook") : null,
                    Children = [new("a")],
                },
            ],
        });

        await AfterAsync("top/x", Fail());

        Assert.True(World.IsAlive("top/x"));
        Assert.True(World.IsAlive("top/x/a"));
        Assert.Equal(["top/x/a works"], await AfterAsync("top/x/a", Note("works")));
    }
}
