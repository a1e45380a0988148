using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace ActorLoop.Transports;

/// <summary>A socket address as the kernel wants it; one of an internet family takes no memory of its own.</summary>
internal struct RawAddress
{
    public const int InternetLength = 16;
    public const int Internet6Length = 28;

    private Inline _inline;
    private byte[]? _long;

    /// <summary>Zero for none: the socket is connected.</summary>
    public int Length { get; private set; }

    /// <summary>Where the bytes are; valid while this struct does not move.</summary>
    public readonly unsafe byte* Pointer => _long is not null
        ? (byte*)Unsafe.AsPointer(ref _long[0])
        : (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in _inline));

    public static RawAddress Of(IPEndPoint endPoint)
    {
        Unsafe.SkipInit(out RawAddress address);
        address._long = null;
        Span<byte> bytes = address._inline;
        IPAddress host = endPoint.Address;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)endPoint.Port);
        if (host.AddressFamily == AddressFamily.InterNetwork)
        {
            Unsafe.WriteUnaligned(ref bytes[0], (ushort)Interop.FamilyInternet);
            host.TryWriteBytes(bytes.Slice(4, 4), out _);
            bytes[8..InternetLength].Clear();
            address.Length = InternetLength;
        }
        else
        {
            Unsafe.WriteUnaligned(ref bytes[0], (ushort)Interop.FamilyInternet6);
            bytes.Slice(4, 4).Clear();
            host.TryWriteBytes(bytes.Slice(8, 16), out _);
            Unsafe.WriteUnaligned(ref bytes[24], (uint)host.ScopeId);
            address.Length = Internet6Length;
        }

        return address;
    }

    public static RawAddress Of(EndPoint endPoint)
    {
        if (endPoint is IPEndPoint internet)
        {
            return Of(internet);
        }

        SocketAddress serialized = endPoint.Serialize();
        byte[] bytes = GC.AllocateUninitializedArray<byte>(serialized.Size, pinned: true);
        serialized.Buffer.Span[..serialized.Size].CopyTo(bytes);
        return new RawAddress { _long = bytes, Length = bytes.Length };
    }

    public readonly bool SameAs(in RawAddress other) => Bytes(this).SequenceEqual(Bytes(other));

    private static ReadOnlySpan<byte> Bytes(in RawAddress address) =>
        address._long ?? ((ReadOnlySpan<byte>)address._inline)[..address.Length];

    [InlineArray(Internet6Length)]
    private struct Inline
    {
        private byte _first;
    }
}
