using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Tests.Connections;

/// <summary>Knows two names more than the system: one with three addresses, and one that is never found.</summary>
internal sealed class TestResolver : NameResolver
{
    public const string Several = "several.test";

    public const string Hanging = "hanging.test";

    /// <summary>The addresses of <see cref="Several"/>.</summary>
    public static readonly IPAddress[] Addresses =
        [IPAddress.Loopback, IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3")];

    public override Task<IReadOnlyList<AddressInfo>> GetAddressInfoAsync(
        string? host, string? service, AddressInfoOptions options, CancellationToken cancellationToken) => host switch
        {
            Several => Task.FromResult<IReadOnlyList<AddressInfo>>([.. Addresses.Select(AnyPort)]),
            Hanging => new TaskCompletionSource<IReadOnlyList<AddressInfo>>().Task,
            _ => Default.GetAddressInfoAsync(host, service, options, cancellationToken),
        };

    public override Task<NameInfo> GetNameInfoAsync(
        IPEndPoint endPoint, NameInfoHints flags, CancellationToken cancellationToken) =>
        Default.GetNameInfoAsync(endPoint, flags, cancellationToken);

    private static AddressInfo AnyPort(IPAddress address) =>
        new(new IPEndPoint(address, 0), SocketType.Stream, ProtocolType.Tcp);
}
