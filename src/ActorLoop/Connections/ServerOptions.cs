using System.Net.Sockets;

namespace ActorLoop;

/// <summary>How a server listens and how its connections are set up.</summary>
public sealed record ServerOptions
{
    private readonly int _backlog = 100;

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

    /// <summary>Rejects what only a socket that the server binds itself can have.</summary>
    internal void CheckForBoundSocket()
    {
        if (Family is not null || ReusePort)
        {
            throw new ArgumentException("Family and ReusePort apply to sockets the server binds; this one is bound already.", "options");
        }
    }
}
