using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorLoop.Names;

/// <summary>
/// The resolver of the C library on Linux, asked directly: <see cref="Dns"/> knows neither services, flags nor canonical names,
/// shares the thread pool with everybody, and queues up lookups of one host behind each other.
/// </summary>
internal sealed unsafe class SystemNameResolver : BlockingNameResolver
{
    protected override IReadOnlyList<AddressInfo> GetAddressInfo(string? host, string? service, AddressInfoOptions options)
    {
        Interop.AddressEntry hints = default;
        hints.Flags = (int)options.Flags;
        hints.Family = options.Family switch
        {
            null => Interop.Unspecified,
            AddressFamily.InterNetworkV6 => Interop.InterNetworkV6,
            _ => Interop.InterNetwork,
        };
        hints.SocketType = (int)(options.SocketType ?? 0);
        hints.Protocol = (int)(options.Protocol ?? 0);

        Interop.AddressEntry* first = null;
        int code = Interop.GetAddressInfo(host, service, &hints, &first);
        if (code != 0)
        {
            throw LookupErrors.Create(code, $"{host ?? "this host"}{(service is null ? "" : $" for service {service}")}");
        }

        try
        {
            return Read(first);
        }
        finally
        {
            Interop.Free(first);
        }
    }

    protected override NameInfo GetNameInfo(IPEndPoint endPoint, NameInfoHints flags) => Ask(endPoint, flags);

    /// <summary>Does not block if both flags for numbers are set.</summary>
    public static NameInfo Ask(IPEndPoint endPoint, NameInfoHints flags)
    {
        byte* host = stackalloc byte[Interop.MaxHostName];
        byte* service = stackalloc byte[Interop.MaxServiceName];
        SocketAddress address = endPoint.Serialize();
        int code;
        fixed (byte* start = address.Buffer.Span)
        {
            code = Interop.GetNameInfo(
                start, address.Size, host, Interop.MaxHostName, service, Interop.MaxServiceName, (int)flags);
        }

        return code == 0
            ? new NameInfo(Marshal.PtrToStringUTF8((nint)host)!, Marshal.PtrToStringUTF8((nint)service)!)
            : throw LookupErrors.Create(code, $"the name of {endPoint}");
    }

    private static List<AddressInfo> Read(Interop.AddressEntry* first)
    {
        List<AddressInfo> found = [];
        for (Interop.AddressEntry* entry = first; entry is not null; entry = entry->Next)
        {
            if (EndPointOf(entry) is { } endPoint)
            {
                string? canonical = Marshal.PtrToStringUTF8((nint)entry->CanonicalName);
                found.Add(new AddressInfo(endPoint, (SocketType)entry->SocketType, (ProtocolType)entry->Protocol, canonical));
            }
        }

        return found;
    }

    /// <summary>Null for a family that is neither of the two internet families.</summary>
    private static IPEndPoint? EndPointOf(Interop.AddressEntry* entry)
    {
        // sockaddr: family, then the port in network order; the rest is the family's matter.
        var address = new ReadOnlySpan<byte>(entry->Address, (int)entry->AddressLength);
        return entry->Family switch
        {
            Interop.InterNetwork when address.Length >= 8 => new IPEndPoint(new IPAddress(address.Slice(4, 4)), Port(address)),
            Interop.InterNetworkV6 when address.Length >= 28 => new IPEndPoint(
                new IPAddress(address.Slice(8, 16), BitConverter.ToUInt32(address.Slice(24, 4))), Port(address)),
            _ => null,
        };
    }

    private static int Port(ReadOnlySpan<byte> address) => (address[2] << 8) | address[3];
}
