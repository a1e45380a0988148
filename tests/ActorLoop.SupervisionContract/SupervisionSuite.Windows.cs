using Xunit;

namespace ActorLoop.SupervisionContract;

/// <content>How often a child may be restarted.</content>
public abstract partial class SupervisionSuite
{
    /// <summary>
    /// Retries (-1 is unlimited), window in seconds (0 is none), the seconds at which the child fails, and how many of these
    /// failures it survives.
    /// </summary>
    public static TheoryData<int, int, string, int> TumblingWindows => new()
    {
        { 0, 0, "0", 0 },
        { 0, 10, "0", 0 },
        { 1, 0, "0", 1 },
        { 1, 0, "0 1000", 1 },
        { 3, 0, "0 1 2", 3 },
        { 3, 0, "0 1 2 3", 3 },
        { 3, 0, "0 100 200 300000", 3 },
        { 1, 10, "0 5", 1 },
        { 1, 10, "0 10", 1 },
        { 1, 10, "0 11", 2 },
        { 1, 10, "0 11 22 33", 4 },
        { 2, 10, "0 1 2", 2 },
        { 2, 10, "0 1 11", 3 },
        { 2, 10, "0 1 11 12", 4 },
        { 2, 10, "0 1 11 12 13", 4 },
        { 2, 10, "0 9 11 12 13", 4 },
        { 3, 10, "0 9 10 10", 3 },
        { 3, 10, "0 9 11 12 13 14", 5 },
        { -1, 0, "0 0 0 0 0 0 0 0 0 0", 10 },
        { -1, 10, "0 5", 1 },
        { -1, 10, "0 11", 2 },
        { -1, 10, "0 11 22", 3 },
    };

    public static TheoryData<int, int, string, int> SlidingWindows => new()
    {
        { 0, 10, "0", 0 },
        { 2, 0, "0 100 200", 2 },
        { 1, 10, "0 5", 1 },
        { 1, 10, "0 11", 2 },
        { 2, 10, "0 9 11", 3 },
        { 2, 10, "0 9 11 12", 3 },
        { 2, 10, "0 9 11 20 22", 5 },
        { 3, 10, "0 4 8 11 15 19", 6 },
        { 3, 10, "0 4 8 9", 3 },
        { -1, 10, "0 11 12", 2 },
        { -1, 0, "0 0 0 0 0", 5 },
    };

    [Theory(DisplayName = "SU-11 Tumbling windows allow what the table says")]
    [MemberData(nameof(TumblingWindows))]
    public Task Window_Tumbling_AllowsWhatTheTableSays(int retries, int seconds, string failures, int survived) =>
        CheckWindowAsync(WindowKind.Tumbling, retries, seconds, failures, survived);

    [Theory(DisplayName = "SU-12 Sliding windows allow so many in any window")]
    [MemberData(nameof(SlidingWindows))]
    public Task Window_Sliding_AllowsWhatTheTableSays(int retries, int seconds, string failures, int survived)
    {
        Requires(SupervisionAbilities.SlidingWindow);
        return CheckWindowAsync(WindowKind.Sliding, retries, seconds, failures, survived);
    }

    [Theory(DisplayName = "SU-13 A spent budget stops the affected, or goes up")]
    [InlineData("one", OnExhausted.Stop)]
    [InlineData("all", OnExhausted.Stop)]
    [InlineData("rest", OnExhausted.Stop)]
    [InlineData("one", OnExhausted.Escalate)]
    [InlineData("all", OnExhausted.Escalate)]
    [InlineData("rest", OnExhausted.Escalate)]
    public async Task Budget_Spent_StopsOrEscalates(string kind, OnExhausted then)
    {
        RequiresStrategy(kind);
        if (then == OnExhausted.Escalate)
        {
            Requires(SupervisionAbilities.EscalateWhenExhausted);
        }

        await StartAsync(Family(Strategy(kind, Directive.Restart) with { MaxRetries = 1, OnExhausted = then }));
        await AfterAsync("sup/b", Fail());
        IReadOnlyList<string> history = await AfterAsync("sup/b", Fail("again"));

        string affected = then == OnExhausted.Escalate ? "abc" : kind switch { "one" => "b", "all" => "abc", _ => "bc" };
        string[] ended = [.. affected.Reverse().Select(c => $"sup/{c} PostStop")];
        AssertHistory(history, then == OnExhausted.Escalate ? [.. ended, "sup PostStop"] : ended);
        Assert.Equal(then == OnExhausted.Stop, World.IsAlive("sup"));
    }

    [Fact(DisplayName = "SU-14 The budget of a child that was started anew is whole")]
    public async Task Budget_OfANewChild_IsWhole()
    {
        await StartAsync(Family(Strategy("one", Directive.Restart) with { MaxRetries = 1 }));
        await AfterAsync("sup/b", Fail());
        await AfterStopAsync("sup/b");
        await AfterAsync("sup", new ScriptMessage.Spawn(new ActorScript("b")));

        Assert.Equal(Restarted("sup/b"), await AfterAsync("sup/b", Fail()));
        Assert.Equal(["sup/b PostStop"], await AfterAsync("sup/b", Fail()));
    }

    [Fact(DisplayName = "SU-15 Children of one-for-one have a budget each, those of all-for-one spend together")]
    public async Task Budget_OfSiblings_DependsOnTheStrategy()
    {
        await StartAsync(Family(Strategy("one", Directive.Restart) with { MaxRetries = 1 }));
        foreach (char child in "abc")
        {
            await AfterAsync($"sup/{child}", Fail());
            Assert.True(World.IsAlive($"sup/{child}"));
        }

        await StartAsync(Family(Strategy("all", Directive.Restart) with { MaxRetries = 1 }) with { Name = "two" });
        await AfterAsync("two/a", Fail());
        Assert.True(World.IsAlive("two/b"));
        await AfterAsync("two/b", Fail());
        Assert.False(World.IsAlive("two/a"));
        Assert.False(World.IsAlive("two/b"));
    }

    private async Task CheckWindowAsync(WindowKind kind, int retries, int seconds, string failures, int survived)
    {
        int[] times = [.. failures.Split(' ').Select(text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
        if (times[^1] > 0)
        {
            Requires(SupervisionAbilities.ManualClock);
        }

        await StartAsync(Family(Strategy("one", Directive.Restart) with
        {
            MaxRetries = retries,
            Window = seconds == 0 ? null : TimeSpan.FromSeconds(seconds),
            WindowKind = kind,
        }));
        int alive = 0;
        for (int i = 0; i < times.Length && World.IsAlive("sup/b"); i++)
        {
            if (i > 0 && times[i] > times[i - 1])
            {
                await World.AdvanceAsync(TimeSpan.FromSeconds(times[i] - times[i - 1]));
            }

            await AfterAsync("sup/b", Fail());
            alive += World.IsAlive("sup/b") ? 1 : 0;
        }

        Assert.Equal(survived, alive);
    }
}
