using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

public class ConnectSocketTests : ServerTest
{
    [Fact(DisplayName = "CC-03 A connected socket becomes a transport, which owns it from then on")]
    public void CreateConnection_ConnectedSocket_IsUsedAndClosed() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        Socket socket = RawPeer.Connect(server.EndPoints[0]).Socket;
        RecordingProtocol protocol = Recorder();
        (ITransport transport, _) = await Loop.CreateConnectionAsync(() => protocol, socket);
        Assert.Equal(socket.LocalEndPoint, transport.LocalEndPoint);
        Assert.Equal(server.EndPoints[0], transport.RemoteEndPoint);
        byte[] data = TestBytes.Make(300_000);
        transport.Write(data);
        await protocol.Record.ReceivedAsync(data.Length);
        Assert.Equal(data, protocol.Record.Received);
        transport.Close();
        Assert.Null(await protocol.Record.Lost);
        await TurnsAsync();
        Assert.Throws<ObjectDisposedException>(() => socket.Available);
    });

    [Fact(DisplayName = "CC-03 A connected Unix stream socket is accepted too")]
    public void CreateConnection_UnixSocket_IsAccepted() => Run(async () =>
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // A leading NUL: the abstract namespace, where no file is left behind.
        var name = new UnixDomainSocketEndPoint($"\0actorloop-test-{Environment.ProcessId}-{Guid.NewGuid():N}");
        listener.Bind(name);
        listener.Listen();
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(name);
        using var peer = new RawPeer(listener.Accept());
        RecordingProtocol protocol = Recorder();
        (ITransport transport, _) = await Loop.CreateConnectionAsync(() => protocol, client);
        transport.Write("over"u8);
        Assert.Equal("over"u8.ToArray(), await peer.ReceiveAsync(4));
        await peer.SendAsync("back"u8.ToArray());
        await protocol.Record.ReceivedAsync(4);
        peer.Dispose();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "CC-03 A socket that is no connected stream socket is refused and stays the caller's")]
    public void CreateConnection_WrongSocket_IsRefused() => Run(async () =>
    {
        using var datagram = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var unconnected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using Socket bound = Listener(IPAddress.Loopback, 0);
        foreach (Socket socket in new[] { datagram, unconnected, bound })
        {
            ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => Loop.CreateConnectionAsync(Recorder, socket));
            Assert.Equal("socket", error.ParamName);
            Assert.Equal(0, socket.Available);
        }

        Assert.Equal(0, Loop.Statistics.Descriptors);
    });

    [Fact(DisplayName = "CC-03 Missing arguments, and options that are for hosts, are refused and leave the socket alone")]
    public void CreateConnection_BadArguments_AreRefused() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        (RawPeer peer, _) = await ConnectAndWaitAsync(server);
        await Refused<ArgumentNullException>("factory", () => Loop.CreateConnectionAsync<RecordingProtocol>(null!, peer.Socket));
        await Refused<ArgumentNullException>("socket", () => Loop.CreateConnectionAsync(Recorder, (Socket)null!));
        await Refused<ArgumentException>("options", () => Loop.CreateConnectionAsync(
            Recorder, peer.Socket, new ConnectionOptions { Family = AddressFamily.InterNetwork }));
        await AssertEchoesAsync(peer);
        peer.Dispose();
    });

    [Fact(DisplayName = "CC-15 When the factory fails, the socket is closed")]
    public void CreateConnection_FactoryFails_ClosesTheSocket() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(
            () => Loop.CreateConnectionAsync<RecordingProtocol>(() => throw new InvalidTimeZoneException(), peer.Socket));
        await record.Lost;
        Assert.Throws<ObjectDisposedException>(() => peer.Socket.Available);
    });

    private static async Task Refused<TException>(string parameter, Func<Task> connect)
        where TException : ArgumentException
    {
        TException error = await Assert.ThrowsAsync<TException>(connect);
        Assert.Equal(parameter, error.ParamName);
    }
}
