using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Names;

/// <summary>Answers, as the system would, what needs no looking up: addresses, and no host at all.</summary>
internal static class NumericAnswers
{
    private static readonly (SocketType Type, ProtocolType Protocol)[] s_kinds =
    [
        (SocketType.Stream, ProtocolType.Tcp), (SocketType.Dgram, ProtocolType.Udp), (SocketType.Raw, ProtocolType.Unspecified),
    ];

    /// <summary>Whether the kind of socket is one this class knows; the system's tables know a few more.</summary>
    public static bool Covers(AddressInfoOptions options) =>
        options.SocketType is null or SocketType.Stream or SocketType.Dgram
        && options.Protocol is null or ProtocolType.Unspecified or ProtocolType.Tcp or ProtocolType.Udp;

    /// <exception cref="SocketException">There is no such address of that kind.</exception>
    public static IReadOnlyList<AddressInfo> Answer(HostName? host, int port, AddressInfoOptions options)
    {
        List<(SocketType Type, ProtocolType Protocol)> kinds =
            [.. s_kinds.Where(kind => IsWanted(kind.Type, kind.Protocol, options))];
        if (kinds.Count == 0)
        {
            throw new SocketException(
                (int)SocketError.SocketNotSupported, $"There is no {options.SocketType} socket of protocol {options.Protocol}.");
        }

        List<IPAddress> addresses = host is { } given ? [Literal(given, options)] : Local(options);
        List<AddressInfo> answers = [];
        foreach (IPAddress address in addresses)
        {
            foreach ((SocketType type, ProtocolType protocol) in kinds)
            {
                bool isNamed = answers.Count == 0 && options.Flags.HasFlag(AddressInfoHints.CanonicalName);
                answers.Add(new AddressInfo(new IPEndPoint(address, port), type, protocol, isNamed ? host?.Name : null));
            }
        }

        return answers;
    }

    private static bool IsWanted(SocketType type, ProtocolType protocol, AddressInfoOptions options)
    {
        bool anyProtocol = options.Protocol is null or ProtocolType.Unspecified;
        return (options.SocketType is null || options.SocketType == type) && (anyProtocol || options.Protocol == protocol);
    }

    private static IPAddress Literal(HostName host, AddressInfoOptions options)
    {
        IPAddress address = host.Literal!;
        if (options.Family is { } family && family != address.AddressFamily)
        {
            return family == AddressFamily.InterNetworkV6 && options.Flags.HasFlag(AddressInfoHints.V4Mapped)
                ? address.MapToIPv6()
                : throw new SocketException((int)SocketError.NoData, $"{host.Name} is no address of family {family}.");
        }

        return host.Scope is { } scope
            ? new IPAddress(address.GetAddressBytes(), ScopeId(address, scope, host.Name))
            : address;
    }

    /// <summary>Names of interfaces mean something for addresses that are bound to a link only; numbers go everywhere.</summary>
    private static long ScopeId(IPAddress address, string scope, string host)
    {
        if (uint.TryParse(scope, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
        {
            return number;
        }

        byte[] bytes = address.GetAddressBytes();
        bool isLinkMulticast = bytes[0] == 0xFF && (bytes[1] & 0xF) is 1 or 2;
        number = address.IsIPv6LinkLocal || isLinkMulticast ? Interop.InterfaceIndex(scope) : 0;
        return number != 0
            ? number
            : throw new SocketException(
                (int)SocketError.HostNotFound, $"{host}: '{scope}' is no interface that this address could be on.");
    }

    private static List<IPAddress> Local(AddressInfoOptions options)
    {
        // The order is the system's: for listening IPv4 first, for connecting IPv6 first.
        List<IPAddress> addresses = options.Flags.HasFlag(AddressInfoHints.Passive)
            ? [IPAddress.Any, IPAddress.IPv6Any]
            : [IPAddress.IPv6Loopback, IPAddress.Loopback];
        addresses.RemoveAll(address => options.Family is null
            ? address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6
            : address.AddressFamily != options.Family);
        return addresses;
    }
}
