using Xunit;

namespace ActorLoop.Tests.Supervision;

public sealed class VocabularyTests
{
    [Fact(DisplayName = "Of two rules for one type the last counts, and a rule is for an exception")]
    public void From_OddRules_AreTakenOrRefused()
    {
        IDecider decider = Decider.From(
            Directive.Resume, Directive.Stop.When<FormatException>(), Directive.Restart.When<FormatException>());

        Assert.Equal(Directive.Restart, decider.Decide(new FormatException()));
        Assert.Equal(Directive.Resume, decider.Decide(new TimeoutException()));
        Assert.Throws<ArgumentException>("rules", () => Decider.From(Directive.Stop, new DirectiveRule(typeof(string), Directive.Stop)));
        Assert.Throws<ArgumentOutOfRangeException>("otherwise", () => Decider.From((Directive)4));
        Assert.Throws<ArgumentOutOfRangeException>("rules", () => Decider.From(Directive.Stop, ((Directive)(-1)).When<Exception>()));
        Assert.Throws<ArgumentNullException>("decide", () => Decider.From(null!));
    }

    [Fact(DisplayName = "Strategies refuse what means nothing")]
    public void Strategy_BadValues_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("MaxRetries", () => new OneForOneStrategy { MaxRetries = -2 });
        Assert.Throws<ArgumentOutOfRangeException>("Window", () => new OneForOneStrategy { Window = TimeSpan.Zero });
        Assert.Throws<ArgumentNullException>("Decider", () => new AllForOneStrategy { Decider = null! });
        Assert.Equal(SupervisorStrategy.Unlimited, new RestForOneStrategy().MaxRetries);
        Assert.Equal(Directive.Stop, SupervisorStrategy.Stopping.Decider.Decide(new TimeoutException()));
    }

    [Fact(DisplayName = "Options of actors refuse what means nothing")]
    public void Options_BadValues_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("MailboxCapacity", () => new ActorOptions { MailboxCapacity = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("Throughput", () => new ActorOptions { Throughput = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("time", () => ShutdownDeadline.After(TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(5), new ActorOptions().Shutdown.Time);
        Assert.Throws<ArgumentNullException>("ActorStrategy", () => new EventLoopOptions { ActorStrategy = null! });
    }

    [Fact(DisplayName = "SU-80 Back-off: min, doubled, up to max, and jitter on top that a seed repeats")]
    public void ExponentialBackoff_Delays_FollowTheFormula()
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        var plain = new ExponentialBackoff(second, 10 * second, jitter: 0);
        Assert.Equal([1, 2, 4, 8, 10, 10], Enumerable.Range(1, 6).Select(i => plain.NextDelay(i, null).TotalSeconds));
        Assert.Equal(10 * second, plain.NextDelay(int.MaxValue, null));
        Assert.Equal(second, plain.ResetAfter);

        TimeSpan[] Draw(int seed)
        {
            var jittered = new ExponentialBackoff(second, 10 * second, jitter: 0.5, seed: seed);
            return [.. Enumerable.Range(1, 20).Select(i => jittered.NextDelay(i, null))];
        }

        Assert.Equal(Draw(7), Draw(7));
        Assert.NotEqual(Draw(7), Draw(8));
        Assert.All(Draw(7), delay => Assert.InRange(delay.TotalSeconds, 1, 15));
        Assert.Contains(Draw(7), delay => delay > 10 * second);
        Assert.Equal(TimeSpan.MaxValue, new ExponentialBackoff(second, TimeSpan.MaxValue, jitter: 1, seed: 1).NextDelay(1000, null));
    }

    [Fact(DisplayName = "Back-off refuses what means nothing")]
    public void ExponentialBackoff_BadValues_AreRefused()
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        Assert.Throws<ArgumentOutOfRangeException>("min", () => new ExponentialBackoff(TimeSpan.Zero, second));
        Assert.Throws<ArgumentOutOfRangeException>("max", () => new ExponentialBackoff(second, second / 2));
        Assert.Throws<ArgumentOutOfRangeException>("jitter", () => new ExponentialBackoff(second, second, jitter: -1));
        Assert.Throws<ArgumentOutOfRangeException>("jitter", () => new ExponentialBackoff(second, second, jitter: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("resetAfter", () => new ExponentialBackoff(second, second, resetAfter: -second));
        Assert.Throws<ArgumentOutOfRangeException>("attempt", () => new ExponentialBackoff(second, second).NextDelay(0, null));
    }
}
