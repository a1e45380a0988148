using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Names;

/// <summary>The real resolver, as far as it can be asked without a network.</summary>
public sealed class SystemNameResolverTests : IDisposable
{
    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "DN-01 localhost has a loopback address, and each kind of socket an entry")]
    public void GetAddressInfo_OfLocalhost_FindsIt() => _test.Run(async () =>
    {
        IReadOnlyList<AddressInfo> found = await Loop.GetAddressInfoAsync("localhost", 80);
        Assert.All(found, info => Assert.True(IPAddress.IsLoopback(info.EndPoint.Address) && info.EndPoint.Port == 80));
        Assert.Contains(found, info => (info.SocketType, info.Protocol) == (SocketType.Stream, ProtocolType.Tcp));
        Assert.Contains(found, info => (info.SocketType, info.Protocol) == (SocketType.Dgram, ProtocolType.Udp));
        Assert.True(Loop.IsOnLoop);

        var options = new AddressInfoOptions { SocketType = SocketType.Dgram, Flags = AddressInfoHints.CanonicalName };
        AddressInfo only = (await Loop.GetAddressInfoAsync("localhost", "53", options))[0];
        Assert.Equal((SocketType.Dgram, ProtocolType.Udp, 53), (only.SocketType, only.Protocol, only.EndPoint.Port));
        Assert.False(string.IsNullOrEmpty(only.CanonicalName));
    });

    [Fact(DisplayName = "DN-04 Names of services are looked up; unknown ones and those of another protocol are errors")]
    public void GetAddressInfo_WithAService_FindsThePort() => _test.Run(async () =>
    {
        var stream = new AddressInfoOptions { SocketType = SocketType.Stream };
        Assert.Equal(80, (await Loop.GetAddressInfoAsync("127.0.0.1", "http", stream))[0].EndPoint.Port);
        Assert.Equal(80, (await Loop.GetAddressInfoAsync(null, "http", stream))[0].EndPoint.Port);
        SocketException unknown = await Assert.ThrowsAsync<SocketException>(
            () => Loop.GetAddressInfoAsync("127.0.0.1", "no-such-service", stream));
        Assert.Equal(SocketError.TypeNotFound, unknown.SocketErrorCode);
        Assert.Contains("no-such-service", unknown.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "DN-05 A name without an address is HostNotFound, and says which")]
    public void GetAddressInfo_OfNobody_Fails() => _test.Run(async () =>
    {
        // A name of files only could not fail here; one with an impossible family does without a network.
        var options = new AddressInfoOptions { Family = AddressFamily.InterNetworkV6, Flags = AddressInfoHints.NumericHost };
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => Loop.GetAddressInfoAsync("name.invalid", 1, options));
        Assert.Equal(SocketError.HostNotFound, failure.SocketErrorCode);
        Assert.Contains("name.invalid", failure.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "DN-01 Addresses have names")]
    public void GetNameInfo_OfTheLoopback_FindsIt() => _test.Run(async () =>
    {
        NameInfo name = await Loop.GetNameInfoAsync(new IPEndPoint(IPAddress.Loopback, 80));
        Assert.Equal(new NameInfo("localhost", "http"), name);
        NameInfo number = await Loop.GetNameInfoAsync(new IPEndPoint(IPAddress.Loopback, 80), NameInfoHints.NumericHost);
        Assert.Equal(new NameInfo("127.0.0.1", "http"), number);
    });

    [Fact(DisplayName = "DN-03 Numbers of numbers are answered on the spot")]
    public async Task GetNameInfo_OfNumbers_IsAnsweredAtOnce()
    {
        const NameInfoHints Numbers = NameInfoHints.NumericHost | NameInfoHints.NumericService;
        Task<NameInfo> name = Loop.GetNameInfoAsync(
            new IPEndPoint(new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 1), 80),
            Numbers,
            TestContext.Current.CancellationToken);
        Assert.True(name.IsCompletedSuccessfully);
        Assert.Equal(new NameInfo("fe80::1%lo", "80"), await name);
    }
}
