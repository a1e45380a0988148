using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>Turns the kernel's socket addresses into end points.</summary>
internal static unsafe class SocketNames
{
    public const int MaxLength = 128;
    private const int PathOffset = 2;

    private static readonly UnixDomainSocketEndPoint s_unix = new("/");

    public static EndPoint? Local(int descriptor)
    {
        byte* address = stackalloc byte[MaxLength];
        int length = MaxLength;
        return Interop.GetLocalName(descriptor, address, &length) < 0 ? null : Parse(new ReadOnlySpan<byte>(address, length));
    }

    public static EndPoint? Peer(int descriptor) => Peer(descriptor, out _);

    /// <summary>A peer without a name is one all the same.</summary>
    public static EndPoint? Peer(int descriptor, out bool connected)
    {
        byte* address = stackalloc byte[MaxLength];
        int length = MaxLength;
        connected = Interop.GetPeerName(descriptor, address, &length) == 0;
        return connected ? Parse(new ReadOnlySpan<byte>(address, length)) : null;
    }

    /// <summary>Null for an address family the base class library has no end point for.</summary>
    public static EndPoint? Parse(ReadOnlySpan<byte> address)
    {
        // sockaddr: the family in host order, then for internet families the port in network order.
        if (address.Length < 2)
        {
            return null;
        }

        ushort family = BitConverter.ToUInt16(address);
        return family switch
        {
            2 when address.Length >= 8 => new IPEndPoint(new IPAddress(address.Slice(4, 4)), Port(address)),
            10 when address.Length >= 28 => new IPEndPoint(
                new IPAddress(address.Slice(8, 16), BitConverter.ToUInt32(address.Slice(24, 4))), Port(address)),
            1 => UnixName(address),
            _ => null,
        };
    }

    private static int Port(ReadOnlySpan<byte> address) => (address[2] << 8) | address[3];

    /// <summary>
    /// The name byte for byte: it need not be text, and may be longer than a name made from text. Null for none.
    /// </summary>
    private static EndPoint? UnixName(ReadOnlySpan<byte> address)
    {
        if (address.Length == PathOffset)
        {
            return null;
        }

        // A leading NUL is the abstract namespace, where NULs count; elsewhere the first one ends the path.
        int end = address[PathOffset] == 0 ? -1 : address[PathOffset..].IndexOf((byte)0);
        ReadOnlySpan<byte> name = end < 0 ? address : address[..(PathOffset + end)];
        var copy = new SocketAddress(AddressFamily.Unix, name.Length);
        name.CopyTo(copy.Buffer.Span);
        return s_unix.Create(copy);
    }
}
