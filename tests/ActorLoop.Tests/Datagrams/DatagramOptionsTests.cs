using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Datagrams;

[Collection(Census.Name)]
public class DatagramOptionsTests : DatagramTest
{
    private static readonly IPEndPoint s_any6 = new(IPAddress.IPv6Loopback, 0);
    private static readonly IPEndPoint s_somebody = new(IPAddress.Loopback, 9);
    private static readonly UnixDomainSocketEndPoint s_unix = new("\0actorloop-never-bound");

    private static readonly Dictionary<string, (DatagramOptions Options, string Named)> s_bad = new()
    {
        ["nothing"] = (new DatagramOptions(), "needs a local or a remote end point"),
        ["a family that is none"] = (new DatagramOptions { Family = AddressFamily.AppleTalk }, "AppleTalk"),
        ["an end point of an unknown kind"] = (new DatagramOptions { LocalEndPoint = new StrangeEndPoint() }, "StrangeEndPoint"),
        ["Unix and IP"] = (new DatagramOptions { LocalEndPoint = s_unix, RemoteEndPoint = s_somebody }, "not of one family"),
        ["IPv4 and IPv6"] = (new DatagramOptions { LocalEndPoint = s_any6, RemoteEndPoint = s_somebody }, "no addresses of one family"),
        ["another family"] = (new DatagramOptions { LocalEndPoint = AnyPort, Family = AddressFamily.InterNetworkV6 }, "InterNetworkV6"),
        ["a Unix family for a host"] = (new DatagramOptions
        {
            LocalEndPoint = new DnsEndPoint("localhost", 0),
            Family = AddressFamily.Unix
        }, "Unix"),
        ["a remote port 0"] = (new DatagramOptions { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 0) }, "port 0"),
        ["a remote port 0 of a name"] = (new DatagramOptions { RemoteEndPoint = new DnsEndPoint("localhost", 0) }, "1 to 65535"),
        ["ReusePort on Unix"] = (new DatagramOptions { LocalEndPoint = s_unix, ReusePort = true }, "Unix"),
        ["broadcast on Unix"] = (new DatagramOptions { Family = AddressFamily.Unix, AllowBroadcast = true }, "Unix"),
        ["an unknown offload"] = (new DatagramOptions { LocalEndPoint = AnyPort, Offloads = (DatagramOffloads)8 }, "8"),
    };

    public static TheoryData<string> Bad => [.. s_bad.Keys];

    [Theory(DisplayName = "DG-01 Options that contradict each other are refused before anything is opened")]
    [MemberData(nameof(Bad))]
    public void CreateDatagramEndpoint_BadOptions_ThrowsAndOpensNothing(string what) => Run(async () =>
    {
        (DatagramOptions options, string named) = s_bad[what];
        DescriptorCensus before = DescriptorCensus.Take();
        ArgumentException failure = await Assert.ThrowsAnyAsync<ArgumentException>(() => OpenAsync(options));
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.Empty(before.NewSince());
    });

    [Fact(DisplayName = "DG-01 A socket excludes every option that it settles itself, and all of them are named")]
    public void CreateDatagramEndpoint_SocketAndOthers_NamesThem() => Run(async () =>
    {
        Socket socket = Peer();
        var options = new DatagramOptions
        {
            Socket = socket,
            LocalEndPoint = AnyPort,
            RemoteEndPoint = s_somebody,
            Family = AddressFamily.InterNetwork,
            Protocol = ProtocolType.Udp,
            Flags = AddressInfoHints.NumericHost,
            ReusePort = true,
            AllowBroadcast = true,
        };
        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(() => OpenAsync(options));
        Assert.All(
            ["LocalEndPoint", "RemoteEndPoint", "Family", "Protocol", "Flags", "ReusePort", "AllowBroadcast"],
            name => Assert.Contains(name, failure.Message, StringComparison.Ordinal));
        Assert.False(socket.SafeHandle.IsClosed);
    });

    [Fact(DisplayName = "DG-01 A stream socket is refused")]
    public void CreateDatagramEndpoint_StreamSocket_IsRefused() => Run(async () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(() => OpenAsync(new DatagramOptions { Socket = socket }));
        Assert.Contains("Stream", failure.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "DG-01 A factory, options and an open loop are needed")]
    public void CreateDatagramEndpoint_NoFactoryOrOptions_IsRefused() => Run(async () =>
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => Loop.CreateDatagramEndpointAsync<RecordingDatagramProtocol>(null!, new()));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Loop.CreateDatagramEndpointAsync(Recorder, null!));
    });

    [Fact(DisplayName = "DG-02 Two endpoints cannot bind one port, because reuse_address does not exist; with ReusePort they can")]
    public void CreateDatagramEndpoint_SamePortTwice_FailsUnlessReusePort() => Run(async () =>
    {
        Assert.Null(typeof(DatagramOptions).GetProperty("ReuseAddress"));
        var options = new DatagramOptions { LocalEndPoint = AnyPort };
        (IDatagramTransport first, _) = await OpenAsync(options);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => OpenAsync(options with { LocalEndPoint = first.LocalEndPoint }));
        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
        Assert.Contains(first.LocalEndPoint!.ToString()!, failure.Message, StringComparison.Ordinal);
        (IDatagramTransport shared, _) = await OpenAsync(options with { ReusePort = true });
        (IDatagramTransport other, _) = await OpenAsync(options with { ReusePort = true, LocalEndPoint = shared.LocalEndPoint });
        Assert.Equal(shared.LocalEndPoint, other.LocalEndPoint);
    });

    [Fact(DisplayName = "DG-01 A family alone makes a socket that is not bound")]
    public void CreateDatagramEndpoint_FamilyOnly_IsUnbound() => Run(async () =>
    {
        Socket peer = Peer();
        (IDatagramTransport transport, _) = await OpenAsync(new DatagramOptions { Family = AddressFamily.InterNetwork });
        Assert.Equal(0, ((IPEndPoint)transport.LocalEndPoint!).Port);
        Assert.Null(transport.RemoteEndPoint);
        transport.SendTo("hello"u8, peer.LocalEndPoint);
        Assert.Equal("hello", Text(await ReceiveAsync(peer)));
        Assert.NotEqual(0, ((IPEndPoint)transport.LocalEndPoint!).Port);
    });

    [Fact(DisplayName = "DG-03 Hosts are looked up, and local and remote addresses of one family are used together")]
    public void CreateDatagramEndpoint_HostNames_AreMatchedByFamily() => Run(async () =>
    {
        Socket peer = Peer();
        int port = ((IPEndPoint)peer.LocalEndPoint!).Port;
        (IDatagramTransport transport, _) = await OpenAsync(new DatagramOptions
        {
            LocalEndPoint = AnyPort,
            RemoteEndPoint = new DnsEndPoint("localhost", port),
        });
        Assert.Equal(peer.LocalEndPoint, transport.RemoteEndPoint);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)transport.LocalEndPoint!).Address);
    });

    [Fact(DisplayName = "DG-03 Flags apply to the lookup, and the protocol to the socket")]
    public void CreateDatagramEndpoint_FlagsAndProtocol_AreUsed() => Run(async () =>
    {
        var name = new DnsEndPoint("localhost", 0);
        await Assert.ThrowsAnyAsync<Exception>(
            () => OpenAsync(new DatagramOptions { LocalEndPoint = name, Flags = AddressInfoHints.NumericHost }));
        (IDatagramTransport transport, _) = await OpenAsync(new DatagramOptions { LocalEndPoint = AnyPort, Protocol = ProtocolType.Udp });
        Assert.NotNull(transport.LocalEndPoint);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => OpenAsync(new DatagramOptions { LocalEndPoint = AnyPort, Protocol = ProtocolType.Tcp }));
        Assert.Equal(SocketError.ProtocolNotSupported, failure.SocketErrorCode);
    });

    [Fact(DisplayName = "DG-03 When no candidate works the first error is thrown, and nothing stays open")]
    public void CreateDatagramEndpoint_NoCandidateWorks_ThrowsTheFirstError() => Run(async () =>
    {
        await OpenAsync();
        DescriptorCensus before = DescriptorCensus.Take();
        var nobody = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() =>
            OpenAsync(new DatagramOptions { LocalEndPoint = nobody }));
        Assert.Equal(SocketError.AddressNotAvailable, failure.SocketErrorCode);
        Assert.Empty(before.NewSince());
    });

    [Fact(DisplayName = "A factory that throws or returns nothing closes the socket")]
    public void CreateDatagramEndpoint_FactoryFails_ClosesTheSocket() => Run(async () =>
    {
        await OpenAsync();
        DescriptorCensus before = DescriptorCensus.Take();
        var options = new DatagramOptions { LocalEndPoint = AnyPort };
        await Assert.ThrowsAsync<NotSupportedException>(
            () => Loop.CreateDatagramEndpointAsync<RecordingDatagramProtocol>(() => throw new NotSupportedException(), options));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Loop.CreateDatagramEndpointAsync<RecordingDatagramProtocol>(() => null!, options));
        Assert.Empty(before.NewSince());
    });

    [Fact(DisplayName = "Cancellation leaves nothing open")]
    public void CreateDatagramEndpoint_Canceled_LeavesNothingOpen() => Run(async () =>
    {
        await OpenAsync();
        DescriptorCensus before = DescriptorCensus.Take();
        using var canceled = new CancellationTokenSource();
        RecordingDatagramProtocol protocol = Recorder();
        protocol.OnMade = _ => canceled.Cancel();
        var options = new DatagramOptions { LocalEndPoint = AnyPort };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Loop.CreateDatagramEndpointAsync(() => protocol, options, canceled.Token));
        Assert.Null(await protocol.Lost);
        Assert.Empty(before.NewSince());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Loop.CreateDatagramEndpointAsync(Recorder, options, new CancellationToken(canceled: true)));
    });

    private sealed class StrangeEndPoint : EndPoint;
}
