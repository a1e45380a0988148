using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

/// <summary>What tests of servers share: a server whose protocols are recorded, and raw clients.</summary>
public abstract class ServerTest : LoopTest
{
    private readonly List<RawPeer> _peers = [];

    /// <summary>The protocols the server made, in order.</summary>
    protected List<ProtocolRecord> Accepted { get; } = [];

    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { NameResolver = new SeveralAddresses() });

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DisposePeers();
        }

        base.Dispose(disposing);
    }

    /// <summary>Makes a protocol that sends back what it receives.</summary>
    protected StreamProtocol Echo()
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnData = data => protocol.Record.Transport.Write(data);
        Accepted.Add(protocol.Record);
        return protocol;
    }

    protected void DisposePeers() => _peers.ForEach(peer => peer.Dispose());

    protected Task<Server> ServeAsync(ServerOptions? options = null) => Loop.CreateServerAsync(Echo, "127.0.0.1", 0, options);

    protected RawPeer Connect(Server server, bool smallBuffers = false) => Connect(server.EndPoints[0], smallBuffers);

    protected RawPeer Connect(EndPoint target, bool smallBuffers = false)
    {
        var peer = RawPeer.Connect(target, smallBuffers);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>Connects a client and waits until the server has told its protocol.</summary>
    protected async Task<(RawPeer Peer, ProtocolRecord Record)> ConnectAndWaitAsync(Server server, bool smallBuffers = false)
    {
        int index = Accepted.Count;
        RawPeer peer = Connect(server, smallBuffers);
        await Patience.WaitForAsync(() => Accepted.Count > index && Accepted[index].Made.IsCompleted, "the connection is accepted");
        return (peer, Accepted[index]);
    }

    protected static async Task AssertEchoesAsync(RawPeer peer)
    {
        byte[] data = TestBytes.Make(1000);
        await peer.SendAsync(data);
        Assert.Equal(data, await peer.ReceiveAsync(data.Length));
    }

    protected static void AssertRefuses(EndPoint target)
    {
        SocketException error = Assert.Throws<SocketException>(() => RawPeer.Connect(target).Dispose());
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    /// <summary>A port that nobody has, as far as one can know.</summary>
    protected static int FreePort()
    {
        using Socket socket = Listener(IPAddress.Any, 0);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>A bound socket that does not listen yet.</summary>
    protected static Socket Listener(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }
}
