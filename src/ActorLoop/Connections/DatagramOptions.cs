using System.Net;
using System.Net.Sockets;
using ActorLoop.Connections;

namespace ActorLoop;

/// <summary>
/// What a datagram endpoint is bound and connected to, and how it is set up. At least one of <see cref="LocalEndPoint"/>,
/// <see cref="RemoteEndPoint"/>, <see cref="Family"/> and <see cref="Socket"/> must be given.
/// </summary>
public sealed record DatagramOptions
{
    private readonly UnixFileMode _unixMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// The address to bind: an <see cref="IPEndPoint"/>, a <see cref="DnsEndPoint"/> whose host is looked up, or a
    /// <see cref="UnixDomainSocketEndPoint"/>, whose path is taken over when it belongs to a socket that is dead. Default:
    /// null, not
    /// bound, so that the system chooses an address when something is sent. Mirrors <c>local_addr</c>.
    /// </summary>
    public EndPoint? LocalEndPoint { get; init; }

    /// <summary>
    /// The only peer: the socket is connected to it, so that datagrams of others are not received. With
    /// <see cref="AllowBroadcast"/> it is not connected, and this is just where datagrams go. Default: null. Mirrors
    /// <c>remote_addr</c>.
    /// </summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>
    /// The family: which addresses of a host are taken, and of what kind an unbound socket is. Default: null, any.
    /// </summary>
    public AddressFamily? Family { get; init; }

    /// <summary>Protocol of the socket, by its IANA number. Default: null, UDP, or what Unix has. Mirrors <c>proto</c>.</summary>
    public ProtocolType? Protocol { get; init; }

    /// <summary>Which addresses of a host are looked up. Default: none of the wishes.</summary>
    public AddressInfoHints Flags { get; init; }

    /// <summary>Lets several sockets of one user bind the same port; the system spreads the datagrams. Default: false.</summary>
    /// <remarks>There is no reuse_address, as in asyncio: for datagrams it lets anybody take over a port.</remarks>
    public bool ReusePort { get; init; }

    /// <summary>Lets datagrams be sent to broadcast addresses. Default: false.</summary>
    public bool AllowBroadcast { get; init; }

    /// <summary>
    /// A datagram socket that exists; the transport owns it from now on. Addresses, family, protocol, flags, ReusePort and
    /// AllowBroadcast are its own matter then and must not be given. Default: null. Mirrors <c>sock</c>.
    /// </summary>
    public Socket? Socket { get; init; }

    /// <summary>
    /// Who may send to a Unix path: its permissions, whatever the umask; the right to write is what counts. Default: the
    /// user alone
    /// (0600).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has other bits than read, write and execute.</exception>
    public UnixFileMode UnixMode
    {
        get => _unixMode;
        init
        {
            UnixPath.CheckMode(value, nameof(UnixMode));
            _unixMode = value;
        }
    }

    /// <summary>Removes the path of a Unix socket when the endpoint ends, if it still is the same file. Default: true.</summary>
    public bool CleanupSocket { get; init; } = true;

    /// <summary>
    /// Offloads to use where the system has them; <see cref="IDatagramTransport.Offloads"/> says which are at work. Default:
    /// none.
    /// </summary>
    public DatagramOffloads Offloads { get; init; }

    /// <summary>When the protocol is paused and resumed, and datagrams are dropped. Default: 64 KiB, 16 KiB, cap 4 MiB.</summary>
    public WriteBufferLimits WriteBufferLimits { get; init; }
}
