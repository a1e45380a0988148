using Polly;
using Polly.Retry;

namespace ActorLoop.Resilience;

/// <summary>How a connection is made, and made again when it was lost.</summary>
public sealed record ResilientConnectionOptions
{
    private readonly TimeSpan _stableAfter = TimeSpan.FromSeconds(1);

    /// <summary>Name of the actor the connection is. Default: null, <c>actor-N</c>.</summary>
    public string? Name { get; init; }

    /// <summary>How each connection is made and set up. Default: null, all defaults.</summary>
    public ConnectionOptions? Connection { get; init; }

    /// <summary>
    /// The pipeline around the life of a connection: an attempt begins with connecting, fails if that fails or if the connection is
    /// lost before <see cref="StableAfter"/>, and succeeds when one that was stable is lost, whereupon the next execution begins.
    /// The place for retries and circuit breakers. Default: null, retries without end, 100 ms doubling up to 30 s, with jitter.
    /// </summary>
    /// <remarks>
    /// What the pipeline does not handle, or gives up, is a failure of the actor, which its supervisor decides about.
    /// </remarks>
    public Action<ResiliencePipelineBuilder>? Reconnect { get; init; }

    /// <summary>
    /// The pipeline around one attempt to connect, name lookup and TLS handshake included: the place for timeouts and hedging. Every
    /// call of it within one execution takes the next target; a connection that loses a race is aborted. Default: null, a timeout of
    /// 30 s.
    /// </summary>
    public Action<ResiliencePipelineBuilder<ConnectionAttempt>>? Connect { get; init; }

    /// <summary>
    /// How long a connection must have lived for its loss not to count as a failed attempt. It keeps a server that accepts and
    /// closes at once from being connected to without a pause. Default: 1 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan StableAfter
    {
        get => _stableAfter;
        init
        {
            if (value < TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(nameof(StableAfter), value, "The time must be zero or positive.");
            }

            _stableAfter = value;
        }
    }

    /// <summary>
    /// How the actor is supervised: when it is started again after the pipeline gave up, and how long it may take to stop. Default:
    /// null, all defaults.
    /// </summary>
    public ActorOptions? Actor { get; init; }

    /// <summary>Called on the loop whenever <see cref="ResilientConnection{TProtocol}.State"/> changes. Default: null.</summary>
    public Action<ResilientConnectionState>? StateChanged { get; init; }

    internal static void AddDefaultReconnect(ResiliencePipelineBuilder builder) => builder.AddRetry(new RetryStrategyOptions
    {
        MaxRetryAttempts = int.MaxValue,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(100),
        MaxDelay = TimeSpan.FromSeconds(30),
    });

    internal static void AddDefaultConnect(ResiliencePipelineBuilder<ConnectionAttempt> builder) =>
        builder.AddTimeout(TimeSpan.FromSeconds(30));
}
