using ActorLoop.TestKit;
using Polly;
using Polly.CircuitBreaker;
using Polly.Hedging;
using Polly.Retry;
using Polly.Simmy;
using Polly.Simmy.Fault;
using Polly.Timeout;

namespace ActorLoop.Resilience.Tests;

// If this fails, code behind a pipeline runs on a foreign thread or waits on a foreign clock.
public sealed class ExecutionTests
{
    private readonly ManualClock _clock = new();

    [Fact(DisplayName = "Attempts, waits and the continuation stay on the loop, and waits take the loop's time")]
    public void Execute_WithRetries_StaysOnTheLoopAndItsClock()
    {
        using TestLoop test = Virtual();
        ResiliencePipeline pipeline = test.Loop.CreateResiliencePipeline(builder => builder.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMinutes(1),
            BackoffType = DelayBackoffType.Exponential,
            ShouldHandle = new PredicateBuilder().Handle<IOException>(),
        }));
        List<TimeSpan> attempts = [];
        int thread = Environment.CurrentManagedThreadId;
        test.Run(async () =>
        {
            string result = await test.Loop.ExecuteAsync(pipeline, async _ =>
            {
                attempts.Add(Elapsed);
                Assert.Same(test.Loop, EventLoop.Current);
                await Task.Yield();
                Assert.Same(test.Loop, EventLoop.CurrentOrDefault);
                return attempts.Count == 4 ? "done" : throw new IOException("not yet");
            });
            Assert.Equal("done", result);
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            Assert.Same(test.Loop, EventLoop.CurrentOrDefault);
        });
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(7)], attempts);
    }

    [Fact(DisplayName = "A timeout is the loop's time, and cancels the attempt")]
    public void Execute_AttemptThatHangs_TimesOutInTheLoopsTime()
    {
        using TestLoop test = Virtual();
        ResiliencePipeline pipeline = test.Loop.CreateResiliencePipeline(
            builder => builder.AddTimeout(TimeSpan.FromHours(1)));
        test.Run(async () =>
        {
            await Assert.ThrowsAsync<TimeoutRejectedException>(async () =>
                await test.Loop.ExecuteAsync(pipeline, async token => await test.Loop.SleepAsync(TimeSpan.FromDays(1), token)));
            Assert.Same(test.Loop, EventLoop.CurrentOrDefault);
        });
        Assert.Equal(TimeSpan.FromHours(1), Elapsed);
    }

    [Fact(DisplayName = "A circuit opens after its failures and closes again on the loop's clock")]
    public void Execute_CircuitBreaker_LivesByTheLoopsClock()
    {
        using TestLoop test = Virtual();
        ResiliencePipeline pipeline = test.Loop.CreateResiliencePipeline(
            builder => builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 2,
                SamplingDuration = TimeSpan.FromMinutes(10),
                BreakDuration = TimeSpan.FromMinutes(5),
            }));
        int calls = 0;
        bool healthy = false;
        ValueTask Call(CancellationToken _)
        {
            calls++;
            return healthy ? ValueTask.CompletedTask : throw new IOException("down");
        }

        test.Run(async () =>
        {
            await Assert.ThrowsAsync<IOException>(async () => await test.Loop.ExecuteAsync(pipeline, Call));
            await Assert.ThrowsAsync<IOException>(async () => await test.Loop.ExecuteAsync(pipeline, Call));
            await Assert.ThrowsAsync<BrokenCircuitException>(async () => await test.Loop.ExecuteAsync(pipeline, Call));
            healthy = true;
            await test.Loop.SleepAsync(TimeSpan.FromMinutes(4));
            await Assert.ThrowsAsync<BrokenCircuitException>(async () => await test.Loop.ExecuteAsync(pipeline, Call));
            await test.Loop.SleepAsync(TimeSpan.FromMinutes(2));
            await test.Loop.ExecuteAsync(pipeline, Call);
            await test.Loop.ExecuteAsync(pipeline, Call);
        });
        Assert.Equal(4, calls);
    }

    [Fact(DisplayName = "Hedging starts the next attempt on the loop and gives the loser up")]
    public void Execute_Hedging_StaysOnTheLoopAndCancelsTheLoser()
    {
        using TestLoop test = Virtual();
        ResiliencePipeline<int> pipeline = test.Loop.CreateResiliencePipeline<int>(
            builder => builder.AddHedging(new HedgingStrategyOptions<int> { Delay = TimeSpan.FromSeconds(2), MaxHedgedAttempts = 1 }));
        int started = 0;
        bool loserCanceled = false;
        test.Run(async () =>
        {
            int winner = await test.Loop.ExecuteAsync(pipeline, async token =>
            {
                int attempt = ++started;
                Assert.Same(test.Loop, EventLoop.Current);
                if (attempt == 1)
                {
                    using CancellationTokenRegistration registration = token.Register(() => loserCanceled = true);
                    await test.Loop.SleepAsync(TimeSpan.FromDays(1), token);
                }

                await test.Loop.SleepAsync(TimeSpan.FromSeconds(1), token);
                return attempt;
            });
            Assert.Equal(2, winner);
            Assert.Same(test.Loop, EventLoop.CurrentOrDefault);
        });
        Assert.True(loserCanceled);
        Assert.Equal(TimeSpan.FromSeconds(3), Elapsed);
    }

    [Fact(DisplayName = "Canceling the task ends the wait between attempts; its clean-up may attempt again")]
    public void Execute_TaskIsCanceled_EndsTheWaitOnce()
    {
        using TestLoop test = Virtual();
        ResiliencePipeline pipeline = test.Loop.CreateResiliencePipeline(builder => builder.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 1,
            Delay = TimeSpan.FromDays(1),
            BackoffType = DelayBackoffType.Constant,
        }));
        bool cleanedUp = false;
        test.Run(async () =>
        {
            LoopTask task = test.Loop.CreateTask(async _ =>
            {
                try
                {
                    await test.Loop.ExecuteAsync(pipeline, _ => throw new IOException("no"));
                }
                finally
                {
                    await test.Loop.ExecuteAsync(pipeline, _ => ValueTask.CompletedTask);
                    cleanedUp = true;
                }
            });
            test.Loop.CallLater(TimeSpan.FromSeconds(5), () => task.Cancel());
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await task);
        });
        Assert.True(cleanedUp);
        Assert.Equal(TimeSpan.FromSeconds(5), Elapsed);
    }

    [Fact(DisplayName = "Polly's chaos with a seeded source strikes the same attempts each time")]
    public void Execute_ChaosWithASeed_IsRepeatable()
    {
        Assert.Equal(Strikes(7), Strikes(7));
        Assert.Contains(Strikes(7), struck => struck);
        Assert.Contains(Strikes(7), struck => !struck);
    }

    [Fact(DisplayName = "An execution from a foreign thread is refused")]
    public async Task Execute_FromAForeignThread_IsRefused()
    {
        using TestLoop test = Virtual();
        ResiliencePipeline pipeline = test.Loop.CreateResiliencePipeline(_ => { });
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await test.Loop.ExecuteAsync(pipeline, _ => ValueTask.CompletedTask));
        Assert.Contains(test.Loop.Name, error.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A pipeline with another clock is refused when it is made")]
    public void Create_WithAnotherClock_IsRefused()
    {
        using TestLoop test = Virtual();
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => test.Loop.CreateResiliencePipeline(builder => builder.TimeProvider = TimeProvider.System));
        Assert.Equal("configure", error.ParamName);
    }

    // A timer of the loop is never early, which in virtual time shows as one tick more.
    private TimeSpan Elapsed => TimeSpan.FromMilliseconds(Math.Round(_clock.Elapsed.TotalMilliseconds));

    private TestLoop Virtual() => new(options => _clock.CreateLoop(options));

    private List<bool> Strikes(int seed)
    {
        using TestLoop test = Virtual();
        Random random = new(seed);
        ResiliencePipeline pipeline = test.Loop.CreateResiliencePipeline(builder => builder.AddChaosFault(new ChaosFaultStrategyOptions
        {
            InjectionRate = 0.3,
            Randomizer = random.NextDouble,
            FaultGenerator = static _ => ValueTask.FromResult<Exception?>(new IOException("chaos")),
        }));
        List<bool> strikes = [];
        test.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                try
                {
                    await test.Loop.ExecuteAsync(pipeline, _ => ValueTask.CompletedTask);
                    strikes.Add(false);
                }
                catch (IOException)
                {
                    strikes.Add(true);
                }
            }
        });
        return strikes;
    }
}
