using System.Net;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>The end points of recent senders, so that a peer who sends often costs no object per datagram.</summary>
internal sealed class EndPointCache
{
    private const int Size = 64;

    private readonly byte[]?[] _addresses = new byte[]?[Size];
    private readonly EndPoint?[] _endPoints = new EndPoint?[Size];

    /// <summary>Null for a sender without a name.</summary>
    public EndPoint? Get(ReadOnlySpan<byte> address)
    {
        var hash = default(HashCode);
        hash.AddBytes(address);
        int index = hash.ToHashCode() & (Size - 1);
        if (!address.SequenceEqual(_addresses[index]) || WasChanged(_endPoints[index], address))
        {
            _endPoints[index] = SocketNames.Parse(address);
            _addresses[index] = address.ToArray();
        }

        return _endPoints[index];
    }

    /// <summary>Whoever was given an end point of the base class library may have written to it.</summary>
    private static bool WasChanged(EndPoint? endPoint, ReadOnlySpan<byte> address)
    {
        Span<byte> now = stackalloc byte[SocketNames.MaxLength];
        return endPoint is IPEndPoint
            && !address.SequenceEqual(now[..SocketAddressWriter.Write(endPoint, AddressFamily.Unspecified, now)]);
    }
}
