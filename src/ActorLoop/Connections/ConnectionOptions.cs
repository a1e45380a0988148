using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>How a connection is made and set up.</summary>
public sealed record ConnectionOptions
{
    private readonly TimeSpan? _handshakeTimeout;
    private readonly TimeSpan? _shutdownTimeout;
    private readonly TimeSpan? _happyEyeballsDelay;
    private readonly int? _interleave;
    private readonly SupervisorStrategy? _strategy;
    private readonly EndPoint? _localEndPoint;

    /// <summary>Addresses of this family only. Default: null, all the host has.</summary>
    public AddressFamily? Family { get; init; }

    /// <summary>
    /// Protocol of the socket, by its IANA number; the system must offer it for streams, as Linux does (ProtocolType)262 for
    /// Multipath TCP. Default: null, TCP.
    /// </summary>
    public ProtocolType? Protocol { get; init; }

    /// <summary>Which addresses are looked up, for example only those of families this machine has. Default: none.</summary>
    public AddressInfoHints Flags { get; init; }

    /// <summary>
    /// Where the connection comes from: an <see cref="IPEndPoint"/>, or a <see cref="DnsEndPoint"/> that is looked up and whose
    /// first address that can be bound is taken. Targets of another family are skipped. Port 0 is any. Default: null, the system
    /// chooses. Mirrors <c>local_addr</c>.
    /// </summary>
    /// <exception cref="ArgumentException">An end point of another kind.</exception>
    public EndPoint? LocalEndPoint
    {
        get => _localEndPoint;
        init
        {
            if (value is not (null or IPEndPoint or DnsEndPoint))
            {
                throw new ArgumentException(
                    $"A connection comes from an IPEndPoint or a DnsEndPoint, not a {value.GetType().Name}.", nameof(LocalEndPoint));
            }

            _localEndPoint = value;
        }
    }

    /// <summary>
    /// Tries addresses side by side: the next attempt starts this long after the latest, or as soon as that has failed; the first
    /// to connect is taken. RFC 8305 recommends 250 ms; zero starts all at once. Default: null, one after the other.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? HappyEyeballsDelay
    {
        get => _happyEyeballsDelay;
        init
        {
            if (value < TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(nameof(HappyEyeballsDelay), value, "The delay must be zero or positive.");
            }

            _happyEyeballsDelay = value;
        }
    }

    /// <summary>
    /// Mixes the families of the addresses: so many of the first family, then one of each in turn; 0 keeps the resolver's order.
    /// Default: null, which is 1 with a <see cref="HappyEyeballsDelay"/> and 0 without.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? Interleave
    {
        get => _interleave;
        init
        {
            if (value < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(Interleave), value, "The count must be zero or positive.");
            }

            _interleave = value;
        }
    }

    /// <summary>
    /// Whether failing throws an <see cref="AggregateException"/> with the error of every address that was tried, in the order in
    /// which the attempts were started, instead of one that sums them up. Default: false.
    /// </summary>
    public bool AllErrors { get; init; }

    /// <summary>Sends small writes without waiting for more (TCP_NODELAY). Default: true.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>Lets the system probe an idle connection (SO_KEEPALIVE). Default: false.</summary>
    public bool KeepAlive { get; init; }

    /// <summary>Write buffer limits. Default: 64 KiB, 16 KiB, cap 4 MiB.</summary>
    public WriteBufferLimits WriteBufferLimits { get; init; }

    /// <summary>
    /// What is done when a callback of the protocol throws, as in <see cref="ServerOptions.ConnectionStrategy"/>; escalate ends the
    /// run of the loop with a <see cref="FatalLoopException"/>. Default: null, always stop, as asyncio does.
    /// </summary>
    /// <remarks>
    /// Restart does not connect again: a connection that was made to an address once cannot know how it should be made the next
    /// time. Whoever connected watches <see cref="IBaseTransport.Actor"/> and connects again, with a back-off.
    /// </remarks>
    /// <exception cref="ArgumentException">A strategy for several connections at once.</exception>
    public SupervisorStrategy? Strategy
    {
        get => _strategy;
        init => _strategy = StrategyArguments.CheckOneForOne(value, nameof(Strategy));
    }

    /// <summary>What restarting the connection means. Default: it is disconnected.</summary>
    public RestartMode Restart { get; init; }

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
