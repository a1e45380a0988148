using System.Net.Security;
using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>How a connection over a Unix socket is set up.</summary>
public sealed record UnixConnectionOptions
{
    private readonly SupervisorStrategy? _strategy;
    private readonly TimeSpan? _handshakeTimeout;
    private readonly TimeSpan? _shutdownTimeout;

    /// <summary>Write buffer limits. Default: 64 KiB, 16 KiB, cap 4 MiB.</summary>
    public WriteBufferLimits WriteBufferLimits { get; init; }

    /// <summary>
    /// Speaks TLS, as the client, as in <see cref="ConnectionOptions.Tls"/>; a path is no name to check, so
    /// <see cref="SslClientAuthenticationOptions.TargetHost"/> is needed. Default: null, in clear.
    /// </summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>
    /// How long the TLS handshake may take. Default: null, 60 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan? HandshakeTimeout
    {
        get => _handshakeTimeout;
        init => _handshakeTimeout = TlsTimeouts.CheckHandshake(value, nameof(HandshakeTimeout));
    }

    /// <summary>
    /// How long the close of a TLS connection waits for the peer's close_notify, and for progress in sending what is buffered;
    /// zero does not wait. Default: null, 5 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan? ShutdownTimeout
    {
        get => _shutdownTimeout;
        init => _shutdownTimeout = TlsTimeouts.CheckShutdown(value, nameof(ShutdownTimeout));
    }

    /// <summary>What is done when the protocol throws, as in <see cref="ConnectionOptions.Strategy"/>. Default: null.</summary>
    /// <exception cref="ArgumentException">A strategy for several connections at once.</exception>
    public SupervisorStrategy? Strategy
    {
        get => _strategy;
        init => _strategy = StrategyArguments.CheckOneForOne(value, nameof(Strategy));
    }

    /// <summary>What restarting the connection means. Default: it is disconnected.</summary>
    public RestartMode Restart { get; init; }

    /// <summary>The part that applies to connections of every kind.</summary>
    internal ConnectionOptions ForConnection() => new()
    {
        NoDelay = false,
        Strategy = Strategy,
        Restart = Restart,
        WriteBufferLimits = WriteBufferLimits,
        Tls = Tls,
        HandshakeTimeout = HandshakeTimeout,
        ShutdownTimeout = ShutdownTimeout,
    };
}
