using Xunit;

namespace ActorLoop.SupervisionContract;

/// <content>Waiting before the next start.</content>
public abstract partial class SupervisionSuite
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Theory(DisplayName = "SU-45 Delays double up to the longest one")]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(5, 10)]
    [InlineData(6, 10)]
    public async Task Backoff_OfEachRestart_Doubles(int restart, int seconds)
    {
        await StartDelayedAsync(new ExponentialBackoff(s_second, 10 * s_second, jitter: 0, resetAfter: TimeSpan.FromHours(1)));
        for (int i = 1; i < restart; i++)
        {
            await AfterAsync("sup/x", Fail());
            await World.AdvanceAsync(11 * s_second);
        }

        await AfterAsync("sup/x", Fail());
        World.Board.Clear();
        await World.AdvanceAsync((seconds * s_second) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(History);
        await World.AdvanceAsync(TimeSpan.FromMilliseconds(2));
        Assert.Equal(["sup/x PostRestart boom", "sup/x PreStart"], History);
    }

    [Fact(DisplayName = "SU-46 What comes meanwhile waits for the new instance")]
    public async Task Backoff_MessagesMeanwhile_AreKept()
    {
        await StartDelayedAsync(new ExponentialBackoff(s_second, s_second, jitter: 0));
        await AfterAsync("sup/x", Fail());

        Assert.Empty(await AfterAsync("sup/x", Note("waits")));
        await World.AdvanceAsync(2 * s_second);
        Assert.Equal(["sup/x PostRestart boom", "sup/x PreStart", "sup/x waits"], History);
    }

    [Fact(DisplayName = "SU-47 A quiet time makes the delays begin again")]
    public async Task Backoff_AfterQuietTime_BeginsAgain()
    {
        await StartDelayedAsync(new ExponentialBackoff(s_second, 60 * s_second, jitter: 0, resetAfter: 20 * s_second));
        foreach (int delay in new[] { 1, 2, 4 })
        {
            await AfterAsync("sup/x", Fail());
            await World.AdvanceAsync((delay * s_second) + TimeSpan.FromMilliseconds(1));
        }

        await World.AdvanceAsync(21 * s_second);
        await AfterAsync("sup/x", Fail());
        World.Board.Clear();
        await World.AdvanceAsync(s_second + TimeSpan.FromMilliseconds(1));
        Assert.Equal(["sup/x PostRestart boom", "sup/x PreStart"], History);
    }

    [Fact(DisplayName = "SU-48 A stop during the wait ends the actor, and nothing starts any more")]
    public async Task Stop_DuringBackoff_Ends()
    {
        await StartDelayedAsync(new ExponentialBackoff(s_second, s_second, jitter: 0));
        await AfterAsync("sup/x", Fail());

        Assert.Empty(await AfterStopAsync("sup/x"));
        Assert.False(World.IsAlive("sup/x"));
        await World.AdvanceAsync(10 * s_second);
        Assert.Empty(History);
    }

    [Fact(DisplayName = "SU-49 A supervisor that stops during the wait takes the child with it")]
    public async Task StopOfTheSupervisor_DuringBackoff_EndsBoth()
    {
        await StartDelayedAsync(new ExponentialBackoff(s_second, s_second, jitter: 0));
        await AfterAsync("sup/x", Fail());

        Assert.Equal(["sup PostStop"], await AfterStopAsync("sup"));
        await World.AdvanceAsync(10 * s_second);
        Assert.Equal(["sup PostStop"], History);
    }

    [Fact(DisplayName = "SU-50 A back-off that throws ends the child and is reported")]
    public async Task Backoff_Throws_StopsTheChild()
    {
        await StartDelayedAsync(new BrokenBackoff());

        await AfterAsync("sup/x", Fail());

        Assert.False(World.IsAlive("sup/x"));
        Assert.True(World.IsAlive("sup"));
        Assert.Contains("broken back-off", World.Reports);
    }

    [Fact(DisplayName = "SU-83 A back-off that gives up ends the child, and nothing is reported but the failure")]
    public async Task Backoff_GivesUp_StopsTheChild()
    {
        await StartDelayedAsync(new LimitedBackoff(1));

        await AfterAsync("sup/x", Fail());
        await World.AdvanceAsync(2 * s_second);
        Assert.True(World.IsAlive("sup/x"));
        await AfterAsync("sup/x", Fail());
        await World.AdvanceAsync(2 * s_second);

        Assert.False(World.IsAlive("sup/x"));
        Assert.True(World.IsAlive("sup"));
        Assert.DoesNotContain(World.Reports, report => report.Contains("back-off", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "SU-51 A storm of failures starts no more often than the back-off allows")]
    public async Task Backoff_RestartStorm_IsSlowedDown()
    {
        Requires(SupervisionAbilities.Backoff | SupervisionAbilities.ManualClock);
        await StartAsync(new ActorScript("storm")
        {
            Strategy = Strategy("one", Directive.Restart),
            Children =
            [
                new ActorScript("x")
                {
                    Backoff = new ExponentialBackoff(s_second, 8 * s_second, jitter: 0, resetAfter: TimeSpan.FromHours(1)),
                    Fails = (hook, _) => hook == Hook.PreStart ? Boom() : null,
                },
            ],
        });
        World.Board.Clear();
        // 1 + 2 + 4 + 8 × 12 = 103 seconds.
        await World.AdvanceAsync(104 * s_second);

        Assert.Equal(15, History.Count(line => line == "storm/x PreStart"));
    }

    [Fact(DisplayName = "SU-52 A group waits for the back-off of the one that failed")]
    public async Task Backoff_OfAGroup_IsThatOfTheFailed()
    {
        Requires(SupervisionAbilities.Backoff | SupervisionAbilities.ManualClock);
        await StartAsync(Family(
            Strategy("all", Directive.Restart),
            script => script with { Backoff = new ExponentialBackoff(s_second, s_second, jitter: 0) }));

        await AfterAsync("sup/b", Fail());
        Assert.DoesNotContain("sup/a PreStart", History);
        await World.AdvanceAsync(2 * s_second);
        Assert.Equal(3, History.Count(line => line.EndsWith(" PreStart", StringComparison.Ordinal)));
    }

    private async Task StartDelayedAsync(IRestartBackoff backoff)
    {
        Requires(SupervisionAbilities.Backoff | SupervisionAbilities.ManualClock);
        await StartAsync(new ActorScript("sup")
        {
            Strategy = Strategy("one", Directive.Restart),
            Children = [new ActorScript("x") { Backoff = backoff }],
        });
    }

    private sealed class LimitedBackoff(int most) : IRestartBackoff
    {
        public TimeSpan? NextDelay(int attempt, Exception? cause) => attempt <= most ? s_second : null;
    }

    private sealed class BrokenBackoff : IRestartBackoff
    {
        public TimeSpan? NextDelay(int attempt, Exception? cause) => throw Boom("broken back-off");
    }
}
