using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>Who sent a datagram, from the address that the calls of a socket fill in.</summary>
internal sealed class DatagramNames
{
    private static readonly IPEndPoint s_any = new(IPAddress.Any, 0);
    private static readonly IPEndPoint s_anyV6 = new(IPAddress.IPv6Any, 0);

    private readonly RemoteEndPoints _known = new();

    /// <summary>Null for a Unix sender without a name, and for no address at all.</summary>
    public EndPoint? Get(SocketAddress sender)
    {
        const int FamilyOnly = 2;
        if (sender.Size <= FamilyOnly)
        {
            return null;
        }

        // Only Linux's addresses are the ones that the table of known senders reads.
        if (OperatingSystem.IsLinux())
        {
            return _known.Get(sender.Buffer.Span[..sender.Size]);
        }

        return sender.Family switch
        {
            AddressFamily.InterNetwork => s_any.Create(sender),
            AddressFamily.InterNetworkV6 => s_anyV6.Create(sender),
            _ => null,
        };
    }
}
