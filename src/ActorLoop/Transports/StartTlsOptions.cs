using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>How a connection is upgraded to TLS.</summary>
public sealed record StartTlsOptions
{
    private readonly TimeSpan? _handshakeTimeout;
    private readonly TimeSpan? _shutdownTimeout;

    /// <summary>How long the handshake may take. Default: null, 60 s on the client's side and 10 s on the server's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan? HandshakeTimeout
    {
        get => _handshakeTimeout;
        init => _handshakeTimeout = TlsTimeouts.CheckHandshake(value, nameof(HandshakeTimeout));
    }

    /// <summary>
    /// How long a close waits for the peer's close_notify, and for progress in sending what is buffered; zero does not wait.
    /// Default: null, 5 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan? ShutdownTimeout
    {
        get => _shutdownTimeout;
        init => _shutdownTimeout = TlsTimeouts.CheckShutdown(value, nameof(ShutdownTimeout));
    }

    /// <summary>
    /// Bytes that the protocol received in clear and hands to TLS, because they are the beginning of the peer's handshake.
    /// Default: empty.
    /// </summary>
    /// <remarks>
    /// Behind a STARTTLS command such bytes are an attempt to smuggle commands past the encryption: treat them as an error. Hand
    /// them over only where the peer may begin its handshake without being asked, as behind a PROXY protocol header.
    /// </remarks>
    public ReadOnlyMemory<byte> Received { get; init; }
}
