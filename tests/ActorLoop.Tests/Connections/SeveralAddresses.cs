using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Tests.Connections;

/// <summary>Knows one name more than the system, and it has three addresses.</summary>
internal sealed class SeveralAddresses : NameResolver
{
    public const string Name = "several.test";

    public static readonly IPAddress[] Addresses = [IPAddress.Loopback, IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3")];

    public override Task<IReadOnlyList<AddressInfo>> GetAddressInfoAsync(
        string? host, string? service, AddressInfoOptions options, CancellationToken cancellationToken) =>
        host == Name
            ? Task.FromResult<IReadOnlyList<AddressInfo>>(
                [.. Addresses.Select(address => new AddressInfo(new IPEndPoint(address, 0), SocketType.Stream, ProtocolType.Tcp))])
            : Default.GetAddressInfoAsync(host, service, options, cancellationToken);

    public override Task<NameInfo> GetNameInfoAsync(IPEndPoint endPoint, NameInfoHints flags, CancellationToken cancellationToken) =>
        Default.GetNameInfoAsync(endPoint, flags, cancellationToken);
}
