using System.Net.Security;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>How a server listens and how its connections are set up.</summary>
public sealed record ServerOptions
{
    private readonly int _backlog = 100;
    private readonly int _maxConcurrentHandshakes = 256;
    internal static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy
    {
        Decider = Decider.From(Directive.Restart),
        MaxRetries = 10,
        Window = TimeSpan.FromMinutes(1),
        OnExhausted = OnExhausted.Escalate,
    };

    private readonly SupervisorStrategy? _connectionStrategy;
    private readonly SupervisorStrategy _strategy = DefaultStrategy;
    private readonly TimeSpan? _handshakeTimeout;
    private readonly TimeSpan? _shutdownTimeout;

    /// <summary>Name in actor paths and logs. Default: null, "server-N".</summary>
    public string? Name { get; init; }

    /// <summary>Addresses of this family only. Default: null, all the host has.</summary>
    public AddressFamily? Family { get; init; }

    /// <summary>Connections the system queues until they are accepted. Default: 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int Backlog
    {
        get => _backlog;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(Backlog));
            _backlog = value;
        }
    }

    /// <summary>
    /// Lets several sockets, also of other processes of the same user, bind the same port; the system spreads the connections.
    /// Default: false. (Binding a port that lingers in TIME_WAIT always works, as with asyncio's <c>reuse_address</c>.)
    /// </summary>
    public bool ReusePort { get; init; }

    /// <summary>
    /// Whether to accept at once; otherwise the sockets are bound and refuse until <see cref="Server.StartServingAsync"/>.
    /// Default: true.
    /// </summary>
    public bool StartServing { get; init; } = true;

    /// <summary>Sends small writes without waiting for more (TCP_NODELAY). Default: true.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>Lets the system probe idle connections (SO_KEEPALIVE). Default: false.</summary>
    public bool KeepAlive { get; init; }

    /// <summary>Write buffer limits of the accepted connections. Default: 64 KiB, 16 KiB, cap 4 MiB.</summary>
    public WriteBufferLimits WriteBufferLimits { get; init; }

    /// <summary>
    /// What is done about an accepted connection when a callback of its protocol throws, decided by the exception: resume drops the
    /// call that failed and goes on, stop aborts the connection with <c>ConnectionLost(exception)</c>, restart does what
    /// <see cref="ConnectionRestart"/> says, and escalate stops it and makes the server fail. The budget counts restarts of one
    /// connection. Default: null, always stop, as asyncio does.
    /// </summary>
    /// <remarks>
    /// A call that asks for a buffer cannot be dropped, so resume stops the connection there; of <c>EofReceived</c> it is taken for
    /// false. Whatever peers do, only escalation touches the budget of the server. A decider that throws stops the connection.
    /// </remarks>
    /// <exception cref="ArgumentException">A strategy for several connections at once.</exception>
    public SupervisorStrategy? ConnectionStrategy
    {
        get => _connectionStrategy;
        init => _connectionStrategy = StrategyArguments.CheckOneForOne(value, nameof(ConnectionStrategy));
    }

    /// <summary>What restarting an accepted connection means. Default: it is disconnected.</summary>
    public RestartMode ConnectionRestart { get; init; }

    /// <summary>
    /// What is done when accepting fails in a way that waiting does not mend, or a connection escalates: restart listens again on
    /// the same sockets, and connections live on; resume only goes on; stop closes the server; escalate ends the run of the loop
    /// with a <see cref="FatalLoopException"/>. Default: restart, ten times in a minute, then escalate.
    /// </summary>
    /// <exception cref="ArgumentException">A strategy for several children at once.</exception>
    public SupervisorStrategy Strategy
    {
        get => _strategy;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Strategy));
            _strategy = StrategyArguments.CheckOneForOne(value, nameof(Strategy))!;
        }
    }

    /// <summary>Speaks TLS, as the server, with the same options for every client. Default: null, in clear.</summary>
    /// <remarks>
    /// The options are read for each handshake: assigning a new
    /// <see cref="SslServerAuthenticationOptions.ServerCertificateContext"/> renews the certificate while the server runs. Give
    /// that context rather than a bare certificate: its chain is then built once and not for each client. Renegotiation is
    /// refused.
    /// </remarks>
    public SslServerAuthenticationOptions? Tls { get; init; }

    /// <summary>
    /// Speaks TLS with options that are selected for each client by the name it asks for, instead of <see cref="Tls"/>. Default:
    /// null.
    /// </summary>
    /// <remarks>
    /// Called on the loop's thread; it may await. When it throws, that client's handshake fails, and nothing else.
    /// </remarks>
    public ServerOptionsSelectionCallback? TlsSelector { get; init; }

    /// <summary>
    /// How long the TLS handshake may take, from accepting on, turns that were waited for included. Default: null, 10 s.
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

    /// <summary>
    /// TLS handshakes that run at once on a loop; what more clients begin waits, unread, in the kernel. Default: 256.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int MaxConcurrentHandshakes
    {
        get => _maxConcurrentHandshakes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(MaxConcurrentHandshakes));
            _maxConcurrentHandshakes = value;
        }
    }

    /// <summary>Who decides about its connections; null is asyncio's rule.</summary>
    internal ConnectionSupervision? ConnectionSupervision(Func<StreamProtocol> factory) =>
        Transports.ConnectionSupervision.Of(_connectionStrategy, ConnectionRestart, factory);

    /// <summary>Rejects what only a socket that the server binds itself can have.</summary>
    internal void CheckForBoundSocket()
    {
        if (Family is not null || ReusePort)
        {
            throw new ArgumentException("Family and ReusePort apply to sockets the server binds; this one is bound already.", "options");
        }
    }
}
