using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>Who sent a datagram, as the asynchronous calls of a socket want to be asked and answer.</summary>
internal static class DatagramNames
{
    private static readonly IPEndPoint s_any = new(IPAddress.Any, 0);
    private static readonly IPEndPoint s_anyV6 = new(IPAddress.IPv6Any, 0);
    private static readonly UnixDomainSocketEndPoint s_anyUnix = new("/");

    /// <summary>What must be passed in to get the sender's address out.</summary>
    public static EndPoint AnyOf(AddressFamily family) => family switch
    {
        AddressFamily.Unix => s_anyUnix,
        AddressFamily.InterNetworkV6 => s_anyV6,
        _ => s_any,
    };

    /// <summary>Null for a Unix sender without a name.</summary>
    public static EndPoint? Known(EndPoint? sender) =>
        sender is UnixDomainSocketEndPoint unix && unix.ToString().Length == 0 ? null : sender;
}
