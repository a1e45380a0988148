using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Files;

/// <summary>A connection of the loop, a raw peer, and files.</summary>
public abstract class SendFileTest : LoopTest
{
    private readonly List<IDisposable> _mine = [];

    /// <summary>Whether the loop has the system send files; else even that of a disk is read and written.</summary>
    protected virtual bool SystemSends => true;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _mine.ForEach(item => item.Dispose());
        }

        base.Dispose(disposing);
    }

    protected T Mine<T>(T item)
        where T : IDisposable
    {
        _mine.Add(item);
        return item;
    }

    private protected TestFile NewFile(int size) => Mine(new TestFile(size));

    /// <summary>Two sockets; what one sends beyond a few kilobytes waits until the other receives.</summary>
    protected (Socket Near, Socket Far) NewSockets()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = 4096, NoDelay = true };
        near.Connect(listener.LocalEndPoint!);
        near.Blocking = false;
        return (Mine(near), Mine(listener.Accept()));
    }

    protected async Task<(ITransport Transport, RawPeer Peer)> ConnectAsync(
        StreamProtocol protocol, WriteBufferLimits limits = default)
    {
        (Socket near, Socket far) = NewSockets();
        (ITransport transport, _) = await Loop.CreateConnectionAsync(
            () => protocol, near, new ConnectionOptions { WriteBufferLimits = limits });
        return (transport, Mine(new RawPeer(far)));
    }
}
