using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Names;

/// <summary>
/// The resolver of the base class library, for systems whose C library we do not know. Names of services are beyond it.
/// </summary>
internal sealed class PortableNameResolver : BlockingNameResolver
{
    protected override IReadOnlyList<AddressInfo> GetAddressInfo(string? host, string? service, AddressInfoOptions options)
    {
        if (service is not null || host is null)
        {
            throw new SocketException((int)SocketError.TypeNotFound, $"'{service}': on this system a port must be a number.");
        }

        if (options.Flags.HasFlag(AddressInfoHints.NumericHost))
        {
            throw new SocketException((int)SocketError.HostNotFound, $"'{host}' is no address.");
        }

        AddressFamily family = options.Family ?? AddressFamily.Unspecified;
        bool isNamed = options.Flags.HasFlag(AddressInfoHints.CanonicalName);
        string? canonical = isNamed ? Dns.GetHostEntry(host, family).HostName : null;
        SocketType type = options.SocketType ?? SocketType.Stream;
        ProtocolType protocol = options.Protocol ?? (type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        return [.. Dns.GetHostAddresses(host, family)
            .Select((address, i) => new AddressInfo(new IPEndPoint(address, 0), type, protocol, i == 0 ? canonical : null))];
    }

    protected override NameInfo GetNameInfo(IPEndPoint endPoint, NameInfoHints flags)
    {
        if (!flags.HasFlag(NameInfoHints.NumericService))
        {
            throw new SocketException(
                (int)SocketError.TypeNotFound, "On this system the service is a number: NameInfoHints.NumericService.");
        }

        return new NameInfo(Dns.GetHostEntry(endPoint.Address).HostName, endPoint.Port.ToString(provider: null));
    }
}
