using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Sockets;

/// <summary>Writes end points as the system's socket addresses, without an object for the usual ones. Numbers are Linux's.</summary>
internal static class SocketAddressWriter
{
    private const int FamilyV4 = 2;
    private const int FamilyV6 = 10;
    private const int LengthV4 = 16;
    private const int LengthV6 = 28;

    /// <summary>Writes the address as a socket of a family takes it; returns its length.</summary>
    public static int Write(EndPoint endPoint, AddressFamily family, Span<byte> address)
    {
        address = address[..128];
        address.Clear();
        if (endPoint is not IPEndPoint target)
        {
            SocketAddress serialized = endPoint.Serialize();
            serialized.Buffer.Span[..serialized.Size].CopyTo(address);
            return serialized.Size;
        }

        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)target.Port);
        if (target.AddressFamily == AddressFamily.InterNetwork && family != AddressFamily.InterNetworkV6)
        {
            BitConverter.TryWriteBytes(address, (ushort)FamilyV4);
            target.Address.TryWriteBytes(address[4..], out _);
            return LengthV4;
        }

        BitConverter.TryWriteBytes(address, (ushort)FamilyV6);
        if (target.AddressFamily == AddressFamily.InterNetwork)
        {
            // A socket for both families takes the old addresses in this clothing: ::ffff:a.b.c.d.
            address[18] = address[19] = 0xFF;
            target.Address.TryWriteBytes(address[20..], out _);
        }
        else
        {
            target.Address.TryWriteBytes(address[8..], out _);
            BitConverter.TryWriteBytes(address[24..], (uint)target.Address.ScopeId);
        }

        return LengthV6;
    }
}
