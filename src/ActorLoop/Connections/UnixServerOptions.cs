using System.Net.Security;
using ActorLoop.Connections;
using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>How a server listens on a Unix socket and how its connections are set up.</summary>
public sealed record UnixServerOptions
{
    private readonly int _backlog = 100;
    private readonly int _maxConcurrentHandshakes = 256;
    private readonly SupervisorStrategy? _connectionStrategy;
    private readonly SupervisorStrategy? _strategy;
    private readonly TimeSpan? _handshakeTimeout;
    private readonly TimeSpan? _shutdownTimeout;
    private readonly UnixFileMode _mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Name in actor paths and logs. Default: null, "server-N".</summary>
    public string? Name { get; init; }

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
    /// Who may connect: the permissions of the path, whatever the umask; the right to write is what counts. The path never
    /// has more
    /// than these, not even for a moment. Default: read and write for the user alone (0600).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has other bits than read, write and execute.</exception>
    public UnixFileMode Mode
    {
        get => _mode;
        init
        {
            UnixPath.CheckMode(value, nameof(Mode));
            _mode = value;
        }
    }

    /// <summary>
    /// Removes the path when the server closes, if it still is the same file. Mirrors <c>cleanup_socket</c>. Default: true.
    /// </summary>
    public bool CleanupSocket { get; init; } = true;

    /// <summary>
    /// Whether to accept at once; otherwise the socket is bound and refuses until <see cref="Server.StartServingAsync"/>.
    /// Default: true.
    /// </summary>
    public bool StartServing { get; init; } = true;

    /// <summary>Write buffer limits of the accepted connections. Default: 64 KiB, 16 KiB, cap 4 MiB.</summary>
    public WriteBufferLimits WriteBufferLimits { get; init; }

    /// <summary>Speaks TLS, as the server, as in <see cref="ServerOptions.Tls"/>. Default: null, in clear.</summary>
    public SslServerAuthenticationOptions? Tls { get; init; }

    /// <summary>
    /// Speaks TLS with options selected for each client, as in <see cref="ServerOptions.TlsSelector"/>. Default: null.
    /// </summary>
    public ServerOptionsSelectionCallback? TlsSelector { get; init; }

    /// <summary>
    /// How long the TLS handshake may take. Default: null, 10 s.
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

    /// <summary>TLS handshakes that run at once on a loop; more wait, unread, in the kernel. Default: 256.</summary>
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

    /// <summary>What is done when a protocol throws, as in <see cref="ServerOptions.ConnectionStrategy"/>. Default: null.</summary>
    /// <exception cref="ArgumentException">A strategy for several connections at once.</exception>
    public SupervisorStrategy? ConnectionStrategy
    {
        get => _connectionStrategy;
        init => _connectionStrategy = StrategyArguments.CheckOneForOne(value, nameof(ConnectionStrategy));
    }

    /// <summary>What restarting an accepted connection means. Default: it is disconnected.</summary>
    public RestartMode ConnectionRestart { get; init; }

    /// <summary>
    /// What is done when accepting fails, as in <see cref="ServerOptions.Strategy"/>. Default: null, that of other servers.
    /// </summary>
    /// <exception cref="ArgumentException">A strategy for several children at once.</exception>
    public SupervisorStrategy? Strategy
    {
        get => _strategy;
        init => _strategy = StrategyArguments.CheckOneForOne(value, nameof(Strategy));
    }

    /// <summary>The part that applies to servers of every kind.</summary>
    internal ServerOptions ForServer() => new()
    {
        ConnectionStrategy = ConnectionStrategy,
        ConnectionRestart = ConnectionRestart,
        Strategy = Strategy ?? ServerOptions.DefaultStrategy,
        Name = Name,
        Backlog = Backlog,
        NoDelay = false,
        StartServing = StartServing,
        WriteBufferLimits = WriteBufferLimits,
        Tls = Tls,
        TlsSelector = TlsSelector,
        HandshakeTimeout = HandshakeTimeout,
        ShutdownTimeout = ShutdownTimeout,
        MaxConcurrentHandshakes = MaxConcurrentHandshakes,
    };
}
