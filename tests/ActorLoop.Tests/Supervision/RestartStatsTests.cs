using ActorLoop.Supervision;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorLoop.Tests.Supervision;

public sealed class RestartStatsTests
{
    [Fact(DisplayName = "SU-79 Restarts are allowed exactly when the truth table says so, at whatever times they are asked for")]
    public void RequestRestart_AtAnyTimes_MatchesTheTable()
    {
        Arbitrary<int[]> steps = Gen.Choose(0, 12).ArrayOf().ToArbitrary();
        Prop.ForAll(Gen.Choose(-1, 4).ToArbitrary(), Gen.Choose(0, 10).ToArbitrary(), steps, (retries, length, gaps) =>
        {
            foreach (WindowKind kind in Enum.GetValues<WindowKind>())
            {
                long? window = length == 0 ? null : length;
                var stats = new ChildRestartStats();
                var asked = new List<long>();
                long now = 0;
                foreach (int gap in gaps)
                {
                    now += gap;
                    asked.Add(now);
                    Assert.Equal(Model(retries, window, kind, asked), stats.RequestRestart(retries, window, kind, now));
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(40));
    }

    [Fact(DisplayName = "SU-79 The window is that of the supervisor's clock, in its finest unit")]
    public void RequestRestart_AtTheEdgeOfTheWindow_IsExact()
    {
        var strategy = new OneForOneStrategy { MaxRetries = 1, Window = TimeSpan.FromSeconds(5) };
        var stats = new ChildRestartStats();
        long window = TimeSpan.FromSeconds(5).Ticks;

        Assert.True(stats.RequestRestart(strategy, now: 7));
        Assert.False(stats.RequestRestart(strategy, now: 7 + window));
        Assert.True(stats.RequestRestart(strategy, now: 8 + window));
    }

    /// <summary>The table, said over from all the times at which a restart was asked for; the last is the question.</summary>
    private static bool Model(int retries, long? window, WindowKind kind, List<long> asked)
    {
        if (retries == 0)
        {
            return false;
        }

        if (window is not { } length)
        {
            return retries < 0 || asked.Count <= retries;
        }

        int allowed = retries < 0 ? 1 : retries;
        if (kind == WindowKind.Sliding)
        {
            return asked.Count(time => asked[^1] - time <= length) <= allowed;
        }

        long opened = asked[0];
        int count = 0;
        foreach (long time in asked)
        {
            (opened, count) = time - opened <= length ? (opened, count + 1) : (time, 1);
        }

        return count <= allowed;
    }
}
