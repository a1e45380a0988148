using System.Net;
using System.Net.Sockets;
using Xunit;

namespace ActorLoop.Tests.Datagrams;

public sealed class DatagramEndpointTests : DatagramTest
{
    [Fact(DisplayName = "DG-05 An endpoint without a peer answers each sender")]
    public void SendTo_ToTheSender_ReachesEachSender() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol) = await OpenAsync();
        protocol.OnDatagram = (data, remote) => transport.SendTo(data, remote);
        Socket[] peers = [Peer(), Peer(), Peer()];
        foreach (Socket peer in peers)
        {
            await peer.SendToAsync(Bytes($"from {peer.LocalEndPoint}"), transport.LocalEndPoint!);
        }

        foreach (Socket peer in peers)
        {
            Assert.Equal($"from {peer.LocalEndPoint}", Text(await ReceiveAsync(peer)));
        }

        Assert.Equal(peers.Select(peer => peer.LocalEndPoint), protocol.Datagrams.Select(datagram => datagram.Remote));
    });

    [Fact(DisplayName = "DG-05 IPv6 addresses come and go whole")]
    public void SendTo_InternetV6_ReachesTheSender() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol) = await OpenAsync(
            new DatagramOptions { LocalEndPoint = new IPEndPoint(IPAddress.IPv6Loopback, 0) });
        protocol.OnDatagram = (data, remote) => transport.SendTo(data, remote);
        Socket peer = Peer(AddressFamily.InterNetworkV6);
        await peer.SendToAsync(Bytes("six"), transport.LocalEndPoint!);
        Assert.Equal("six", Text(await ReceiveAsync(peer)));
        Assert.Equal(peer.LocalEndPoint, protocol.Datagrams[0].Remote);
    });

    [Fact(DisplayName = "DG-05 A sender that is known is the same object again, so that nothing is allocated for it")]
    public void DatagramReceived_KnownSender_IsTheSameObject() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol) = await OpenAsync();
        Socket[] peers = [.. Enumerable.Range(0, 40).Select(_ => Peer())];
        for (int round = 1; round <= 2; round++)
        {
            foreach (Socket peer in peers)
            {
                await peer.SendToAsync(Bytes("x"), transport.LocalEndPoint!);
            }

            await protocol.ReceivedAsync(round * peers.Length);
        }

        Assert.All(protocol.Datagrams.GroupBy(d => d.Remote), same => Assert.Same(same.First().Remote, same.Last().Remote));
        Assert.Equal(peers.Length, protocol.Datagrams.Select(d => d.Remote).Distinct().Count());
    });

    [Fact(DisplayName =
        "DG-05 An endpoint without a peer needs a receiver, of its family; that is said and hurts nobody (defect 4 of section 33)")]
    public void SendTo_WithoutUsableReceiver_ThrowsAndGoesOn() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol) = await OpenAsync();
        Assert.Throws<ArgumentNullException>("remote", () => transport.SendTo("x"u8));
        Assert.Throws<ArgumentException>("remote", () => transport.SendTo("x"u8, new IPEndPoint(IPAddress.IPv6Loopback, 9)));
        Assert.Throws<ArgumentException>("remote", () => transport.SendTo("x"u8, new DnsEndPoint("localhost", 9)));
        Assert.Throws<ArgumentException>("remote", () => transport.SendTo("x"u8, new UnixDomainSocketEndPoint("/tmp/x")));
        Socket peer = Peer();
        transport.SendTo("still here"u8, peer.LocalEndPoint);
        Assert.Equal("still here", Text(await ReceiveAsync(peer)));
        Assert.Empty(protocol.Errors);
    });

    [Fact(DisplayName = "DG-04 A remote address connects: it is the peer name, needs no naming, and others are not heard")]
    public void RemoteEndPoint_Given_ConnectsTheSocket() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        Assert.Equal(peer.LocalEndPoint, transport.RemoteEndPoint);
        Assert.Equal(peer.LocalEndPoint, transport.GetExtraInfo("peername"));
        transport.SendTo("one"u8);
        transport.SendTo("two"u8, peer.LocalEndPoint);
        Assert.Equal("one", Text(await ReceiveAsync(peer)));
        Assert.Equal("two", Text(await ReceiveAsync(peer)));

        await Peer().SendToAsync(Bytes("stranger"), transport.LocalEndPoint!);
        await peer.SendAsync(Bytes("friend"));
        await protocol.ReceivedAsync(1);
        Assert.Equal("friend", Text(protocol.Datagrams[0].Data));
        Assert.Equal(peer.LocalEndPoint, protocol.Datagrams[0].Remote);
    });

    [Fact(DisplayName = "DG-05 A connected endpoint sends to its peer only")]
    public void SendTo_ConnectedToAnother_Throws() => Run(async () =>
    {
        (IDatagramTransport transport, _, Socket peer) = await OpenConnectedAsync();
        ArgumentException failure = Assert.Throws<ArgumentException>("remote", () =>
            transport.SendTo("x"u8, new IPEndPoint(IPAddress.Loopback, 9)));
        Assert.Contains(peer.LocalEndPoint!.ToString()!, failure.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "DG-04 With broadcast the remote address is only where datagrams go: anybody may answer")]
    public void RemoteEndPoint_WithBroadcast_IsATargetOnly() => Run(async () =>
    {
        Socket target = Peer();
        (IDatagramTransport transport, var protocol) = await OpenAsync(new DatagramOptions
        {
            LocalEndPoint = AnyPort,
            RemoteEndPoint = target.LocalEndPoint,
            AllowBroadcast = true,
        });
        Assert.Equal(target.LocalEndPoint, transport.RemoteEndPoint);
        Assert.Null(transport.GetExtraInfo("peername"));
        transport.SendTo("who is there"u8);
        Assert.Equal("who is there", Text(await ReceiveAsync(target)));
        Socket other = Peer();
        await other.SendToAsync(Bytes("me"), transport.LocalEndPoint!);
        await protocol.ReceivedAsync(1);
        Assert.Equal(other.LocalEndPoint, protocol.Datagrams[0].Remote);
        Assert.Throws<ArgumentException>("remote", () => transport.SendTo("x"u8, other.LocalEndPoint));
    });

    [Fact(DisplayName = "DG-04 Broadcast addresses are refused without AllowBroadcast and taken with it")]
    public void AllowBroadcast_DecidesAboutBroadcastAddresses() => Run(async () =>
    {
        var everybody = new IPEndPoint(IPAddress.Parse("127.255.255.255"), 9);
        (IDatagramTransport plain, var refused) = await OpenAsync();
        plain.SendTo("x"u8, everybody);
        await refused.FailedAsync(1);
        Assert.Equal(SocketError.AccessDenied, Assert.IsType<SocketException>(refused.Errors[0]).SocketErrorCode);
        Assert.Equal(1, plain.Statistics.Dropped);

        (IDatagramTransport broad, var allowed) = await OpenAsync(new DatagramOptions { LocalEndPoint = AnyPort, AllowBroadcast = true });
        broad.SendTo("x"u8, everybody);
        await TurnsAsync();
        Assert.Empty(allowed.Errors);
        Assert.Equal(1, broad.Statistics.Sent);
    });

    [Fact(DisplayName = "DG-06 Empty datagrams are sent and received, between others and alone")]
    public void SendTo_Empty_ArrivesEmpty() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        transport.SendTo(default);
        transport.SendTo("x"u8);
        transport.SendTo([]);
        Assert.Empty(await ReceiveAsync(peer));
        Assert.Equal("x", Text(await ReceiveAsync(peer)));
        Assert.Empty(await ReceiveAsync(peer));
        await peer.SendAsync(Array.Empty<byte>());
        await peer.SendAsync(Bytes("y"));
        await protocol.ReceivedAsync(2);
        Assert.Equal(["", "y"], protocol.Datagrams.Select(d => Text(d.Data)));
    });

    [Fact(DisplayName = "DG-01 A socket that exists is taken over, with its address and its peer")]
    public void Socket_Given_IsTakenOver() => Run(async () =>
    {
        Socket peer = Peer();
        Socket socket = Peer();
        await socket.ConnectAsync(peer.LocalEndPoint!);
        EndPoint local = socket.LocalEndPoint!;
        await peer.SendToAsync(Bytes("before"), local);
        (IDatagramTransport transport, var protocol) = await OpenAsync(new DatagramOptions { Socket = socket });
        await protocol.ReceivedAsync(1);
        transport.SendTo("after"u8);
        Assert.Equal("after", Text(await ReceiveAsync(peer)));
        Assert.Equal(local, transport.LocalEndPoint);
        Assert.Equal(peer.LocalEndPoint, transport.RemoteEndPoint);
        transport.Close();
        await protocol.Lost;
        Assert.True(socket.SafeHandle.IsClosed);
    });

    [Fact(DisplayName = "Names, socket and text of an endpoint tell what it is, also after its end")]
    public void GetExtraInfo_OpenAndClosed_IsAnswered() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol) = await OpenAsync();
        EndPoint local = transport.LocalEndPoint!;
        Assert.Equal(local, transport.GetExtraInfo("sockname"));
        var socket = Assert.IsType<TransportSocket>(transport.GetExtraInfo("socket"));
        Assert.True(socket.Descriptor >= 0);
        Assert.Null(transport.GetExtraInfo("no such thing"));
        Assert.Same(Loop, transport.Loop);
        Assert.Matches("^UDP transport open fd=[0-9]+ read=polling", transport.ToString());
        transport.Close();
        Assert.Matches("^UDP transport closing ", transport.ToString());
        await protocol.Lost;
        Assert.Equal(local, transport.LocalEndPoint);
        Assert.Equal(-1, socket.Descriptor);
        Assert.Matches("^UDP transport closed ", transport.ToString());
    });

    [Fact(DisplayName = "The protocol can be changed for another datagram protocol, and for nothing else")]
    public void Protocol_Changed_GetsTheNextDatagram() => Run(async () =>
    {
        (IDatagramTransport transport, var first, Socket peer) = await OpenConnectedAsync();
        await peer.SendAsync(Bytes("one"));
        await first.ReceivedAsync(1);
        var heard = new TaskCompletionSource<string>();
        transport.Protocol = new Listener(heard);
        await peer.SendAsync(Bytes("two"));
        Assert.Equal("two", await heard.Task);
        Assert.Throws<ArgumentException>(() => transport.Protocol = new TestKit.RecordingProtocol());
        transport.Protocol = first;
    });

    [Fact(DisplayName = "TH-01 Another thread may not send while the loop runs")]
    public void SendTo_ForeignThread_Throws() => Run(async () =>
    {
        (IDatagramTransport transport, _, Socket peer) = await OpenConnectedAsync();
        await Task.Run(() => Assert.Throws<InvalidOperationException>(() => transport.SendTo("x"u8)));
    });

    private sealed class Listener(TaskCompletionSource<string> heard) : DatagramProtocol
    {
        public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint remote) => heard.TrySetResult(Text(data));
    }
}
