using System.Net.Security;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>How a connection is made and set up.</summary>
public sealed record ConnectionOptions
{
    private readonly TimeSpan? _handshakeTimeout;
    private readonly TimeSpan? _shutdownTimeout;

    /// <summary>Addresses of this family only. Default: null, all the host has.</summary>
    public AddressFamily? Family { get; init; }

    /// <summary>Sends small writes without waiting for more (TCP_NODELAY). Default: true.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>Lets the system probe an idle connection (SO_KEEPALIVE). Default: false.</summary>
    public bool KeepAlive { get; init; }

    /// <summary>Write buffer limits. Default: 64 KiB, 16 KiB, cap 4 MiB.</summary>
    public WriteBufferLimits WriteBufferLimits { get; init; }

    /// <summary>Speaks TLS, as the client. Default: null, in clear.</summary>
    /// <remarks>
    /// <para>
    /// The server's certificate must be valid and bear <see cref="SslClientAuthenticationOptions.TargetHost"/>, or the host that
    /// is connected to where that is empty. Renegotiation is refused, whatever the options say.
    /// </para>
    /// <para>
    /// Certificates are checked on the loop's thread. A check that asks the network, for revocation or for certificates that are
    /// missing from the chain, stops the loop meanwhile: see
    /// <see cref="SslClientAuthenticationOptions.CertificateChainPolicy"/>.
    /// </para>
    /// </remarks>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>
    /// How long the TLS handshake may take, once the connection is there. Default: null, 60 s.
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
    /// <remarks>asyncio waits 30 s, and users suffer from peers that never answer.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan? ShutdownTimeout
    {
        get => _shutdownTimeout;
        init => _shutdownTimeout = TlsTimeouts.CheckShutdown(value, nameof(ShutdownTimeout));
    }
}
