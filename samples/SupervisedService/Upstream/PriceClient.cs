using ActorLoop;
using ActorLoop.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using SupervisedService.Service;

namespace SupervisedService.Upstream;

/// <summary>Asks the upstream through Polly: short time limits, a circuit that opens, and a connection that comes back.</summary>
internal sealed class PriceClient
{
    private readonly EventLoop _loop;
    private readonly ResilientConnection<PriceProtocol> _connection;
    private readonly ResiliencePipeline _calls;

    public PriceClient(EventLoop loop, string host, int port, ServiceEvents events)
    {
        _loop = loop;
        _connection = loop.OpenResilientConnection(() => new PriceProtocol(), host, port, new ResilientConnectionOptions
        {
            Name = "upstream",
            StableAfter = TimeSpan.FromMilliseconds(100),
            StateChanged = events.UpstreamIs,
            Connect = builder => builder.AddTimeout(TimeSpan.FromSeconds(1)),
            Reconnect = builder => builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(20),
                MaxDelay = TimeSpan.FromMilliseconds(500),
            }),
        });
        _calls = loop.CreateResiliencePipeline(builder => builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 5,
                SamplingDuration = TimeSpan.FromSeconds(1),
                BreakDuration = TimeSpan.FromMilliseconds(500),
                ShouldHandle = new PredicateBuilder().Handle<IOException>().Handle<TimeoutRejectedException>(),
                OnOpened = _ => Tell(events.CircuitOpened),
                OnClosed = _ => Tell(events.CircuitClosed),
            })
            .AddTimeout(TimeSpan.FromMilliseconds(150)));
    }

    /// <summary>The price of an item, or null while the upstream cannot say.</summary>
    public async Task<string?> AskAsync(string item)
    {
        try
        {
            return await _loop.ExecuteAsync(_calls, async token =>
                await (_connection.Protocol ?? throw new IOException("There is no connection to the upstream."))
                    .AskAsync(item, token));
        }
        catch (Exception failure) when (failure is IOException or TimeoutRejectedException or BrokenCircuitException)
        {
            return null;
        }
    }

    public Task CloseAsync() => _connection.CloseAsync();

    private static ValueTask Tell(Action what)
    {
        what();
        return ValueTask.CompletedTask;
    }
}
