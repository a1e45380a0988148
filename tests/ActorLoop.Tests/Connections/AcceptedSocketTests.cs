using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

public class AcceptedSocketTests : LoopTest
{
    [Fact(DisplayName = "CA-01 A socket accepted elsewhere becomes a transport, in the order of a connection")]
    public void AcceptedSocket_OfTcp_BecomesATransport() => Run(async () =>
    {
        (Socket accepted, RawPeer peer) = await AcceptAsync();
        using (peer)
        {
            RecordingProtocol protocol = Recorder();
            (ITransport transport, RecordingProtocol same) = await Loop.ConnectAcceptedSocketAsync(() => protocol, accepted);
            Assert.Same(protocol, same);
            Assert.Equal(["made"], protocol.Record.Calls);
            Assert.Equal(peer.Socket.LocalEndPoint, transport.RemoteEndPoint);
            await peer.SendAsync("ping"u8.ToArray());
            await protocol.Record.ReceivedAsync(4);
            transport.Write("pong"u8);
            Assert.Equal("pong"u8.ToArray(), await peer.ReceiveAsync(4));
            peer.ShutdownSend();
            Assert.Null(await protocol.Record.Lost);
        }
    });

    [Fact(DisplayName = "CA-02 The socket becomes non-blocking and TCP_NODELAY is set")]
    public void AcceptedSocket_Options_AreSet() => Run(async () =>
    {
        (Socket accepted, RawPeer peer) = await AcceptAsync();
        using (peer)
        {
            (ITransport transport, _) = await Loop.ConnectAcceptedSocketAsync(Recorder, accepted);
            int descriptor = ((TransportSocket)transport.GetExtraInfo("socket")!).Descriptor;
            string flags = await File.ReadAllTextAsync($"/proc/self/fdinfo/{descriptor}");
            int value = Convert.ToInt32(flags.Split('\n').First(l => l.StartsWith("flags:", StringComparison.Ordinal)).Split('\t')[1], 8);
            Assert.NotEqual(0, value & 0x800);
            Assert.True(accepted.NoDelay);
            transport.Abort();
        }
    });

    [Fact(DisplayName = "CA-02 What is no connected stream socket is refused, and stays open")]
    public void AcceptedSocket_OfAnotherKind_IsRefused() => Run(async () =>
    {
        using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var fresh = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        foreach (Socket socket in new[] { datagrams, listening, fresh })
        {
            await Assert.ThrowsAsync<ArgumentException>("socket", () => Loop.ConnectAcceptedSocketAsync(Recorder, socket));
            Assert.False(socket.SafeHandle.IsClosed);
        }

        await Assert.ThrowsAsync<ArgumentNullException>("socket", () => Loop.ConnectAcceptedSocketAsync(Recorder, null!));
    });

    [Fact(DisplayName = "CA-01 A connection that was reset before it got here is made and lost, not refused")]
    public void AcceptedSocket_AlreadyReset_IsMadeAndLost() => Run(async () =>
    {
        (Socket accepted, RawPeer peer) = await AcceptAsync();
        peer.Reset();
        RecordingProtocol protocol = Recorder();
        await Loop.ConnectAcceptedSocketAsync(() => protocol, accepted);
        Assert.IsType<SocketException>(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "CC-15 A factory that throws closes the socket")]
    public void AcceptedSocket_FactoryThrows_IsClosed() => Run(async () =>
    {
        (Socket accepted, RawPeer peer) = await AcceptAsync();
        using (peer)
        {
            await Assert.ThrowsAsync<TimeZoneNotFoundException>(() =>
                Loop.ConnectAcceptedSocketAsync<RecordingProtocol>(() => throw new TimeZoneNotFoundException(), accepted));
            Assert.True(accepted.SafeHandle.IsClosed);
            await peer.ReceiveToEndAsync();
        }
    });

    [Fact(DisplayName = "CA-01 An accepted Unix socket of .NET is closed without touching the path of its listener")]
    public void AcceptedSocket_OfUnix_LeavesThePath() => Run(async () =>
    {
        using var folder = new TemporaryFolder();
        string path = folder.NewPath();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Task<Socket> accepting = listener.AcceptAsync();
        (_, RecordingProtocol client) = await Loop.CreateUnixConnectionAsync(Recorder, path);
        (ITransport transport, _) = await Loop.ConnectAcceptedSocketAsync(Recorder, await accepting);
        Assert.Equal(Environment.ProcessId, ((UnixCredentials)transport.GetExtraInfo("peercred")!).ProcessId);
        transport.Close();
        await client.Record.Lost;
        await TurnsAsync();
        Assert.True(File.Exists(path));
    });

    private static async Task<(Socket Accepted, RawPeer Peer)> AcceptAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task<Socket> accepting = listener.AcceptAsync();
        await peer.ConnectAsync(listener.LocalEndPoint!);
        return (await accepting, new RawPeer(peer));
    }
}
