using ActorLoop.Resilience.Restarts;
using ActorLoop.TestKit;
using Polly;
using Polly.Retry;

namespace ActorLoop.Resilience.Tests;

// If this fails, a restart waits otherwise than the Polly retry it was given says.
public sealed class RestartTests
{
    [Fact(DisplayName = "Exponential delays, the limit of one delay and the limit of attempts are Polly's")]
    public void Next_ExponentialRetry_GivesItsDelaysThenNone()
    {
        RetrySequence sequence = new(
            new RetryStrategyOptions
            {
                MaxRetryAttempts = 4,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromSeconds(5),
            },
            TimeProvider.System);
        Assert.Equal<TimeSpan?>(
            [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5), null, null],
            Take(sequence, 6));
    }

    [Fact(DisplayName = "Jitter with a seed is the jitter of the same retry around a call")]
    public void Next_JitterWithASeed_EqualsARetryAroundACall()
    {
        ManualClock clock = new();
        using TestLoop test = new(options => clock.CreateLoop(options));
        List<TimeSpan?> waited = [];
        RetryStrategyOptions options = Jittered(42);
        options.OnRetry = arguments =>
        {
            waited.Add(arguments.RetryDelay);
            return ValueTask.CompletedTask;
        };
        ResiliencePipeline pipeline = test.Loop.CreateResiliencePipeline(builder => builder.AddRetry(options));
        test.Run(async () => await Assert.ThrowsAsync<IOException>(
            async () => await test.Loop.ExecuteAsync(pipeline, _ => throw new IOException("down"))));
        Assert.Equal(10, waited.Count);
        Assert.Equal(waited, Take(new RetrySequence(Jittered(42), TimeProvider.System), 10));
        Assert.NotEqual(waited, Take(new RetrySequence(Jittered(43), TimeProvider.System), 10));
    }

    [Fact(DisplayName = "A failure that the retry does not handle is not restarted")]
    public void Next_FailureThatIsNotHandled_GivesNone()
    {
        RetrySequence sequence = new(
            new RetryStrategyOptions { ShouldHandle = new PredicateBuilder().Handle<IOException>() }, TimeProvider.System);
        Assert.NotNull(sequence.Next(new IOException("once")));
        Assert.Null(sequence.Next(new InvalidOperationException("a defect")));
    }

    [Fact(DisplayName = "Delays come at once in a callback, in a task and in a task of the loop's scheduler")]
    public void Next_AnywhereOnALoop_AnswersAtOnce()
    {
        using TestLoop test = new();
        TimeSpan? inCallback = null;
        test.Loop.CallSoon(() => inCallback = Once());
        test.Run(async () =>
        {
            await Task.Yield();
            Assert.Equal(TimeSpan.FromSeconds(3), Once());
            Assert.Equal(TimeSpan.FromSeconds(3), await Task.Factory.StartNew(
                Once, default, TaskCreationOptions.None, TaskScheduler.FromCurrentSynchronizationContext()));
            Assert.Same(test.Loop, EventLoop.CurrentOrDefault);
            Assert.NotNull(SynchronizationContext.Current);
        });
        Assert.Equal(TimeSpan.FromSeconds(3), inCallback);

        static TimeSpan? Once() => new RetrySequence(
            new RetryStrategyOptions { Delay = TimeSpan.FromSeconds(3), BackoffType = DelayBackoffType.Constant },
            TimeProvider.System).Next(new IOException("down"));
    }

    [Fact(DisplayName = "An actor is restarted as its Polly retry says, and stopped when that gives up")]
    public void Spawn_WithRetryBackoff_RestartsAndGivesUpAsTheRetrySays()
    {
        ManualClock clock = new();
        using TestLoop test = new(options => clock.CreateLoop(options));
        List<double> starts = [];
        RetryBackoff backoff = new(
            new RetryStrategyOptions { MaxRetryAttempts = 3, BackoffType = DelayBackoffType.Exponential, Delay = TimeSpan.FromSeconds(1) },
            test.Loop);
        ActorRef<int> actor = test.Loop.Spawn(
            () => new Crasher(() => starts.Add(Math.Round(clock.Elapsed.TotalSeconds))),
            options: new ActorOptions { Backoff = backoff });
        test.Run(async () =>
        {
            for (int i = 1; i <= 4; i++)
            {
                await Patience.WaitForAsync(() => starts.Count == i, "the next start");
                actor.Tell(i);
            }

            await actor.WaitTerminatedAsync();
        });
        Assert.Equal([0, 1, 3, 7], starts);
        Assert.Throws<InvalidOperationException>(() => backoff.NextDelay(9, new IOException("of another child")));
    }

    private static RetryStrategyOptions Jittered(int seed) => new()
    {
        MaxRetryAttempts = 10,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(100),
        Randomizer = new Random(seed).NextDouble,
    };

    private static List<TimeSpan?> Take(RetrySequence sequence, int count) =>
        Enumerable.Range(0, count).Select(_ => sequence.Next(new IOException("down"))).ToList();

    private sealed class Crasher(Action started) : Actor<int>
    {
        protected override void PreStart() => started();

        protected override void Receive(int message) => throw new IOException($"crash {message}");
    }
}
