using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Transports;

/// <summary>TCP on a loop with a selector of the caller's choice.</summary>
public class TcpKind(Func<Selector> createSelector) : TransportKind
{
    private const int SolSocket = 1;
    private const int SendBuffer = 7;

    public override EventLoop CreateLoop(EventLoopOptions options) => new SelectorEventLoop(createSelector(), options);

    public override async Task<RawPeer> ConnectAsync(
        EventLoop loop, StreamProtocol protocol, WriteBufferLimits limits = default, bool smallBuffers = false)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (smallBuffers)
        {
            listener.ReceiveBufferSize = 4096;
        }

        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        (ITransport transport, _) = await loop.CreateConnectionAsync(
            () => protocol, "127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port, new ConnectionOptions { WriteBufferLimits = limits });
        if (smallBuffers && transport.GetExtraInfo("socket") is TransportSocket { Descriptor: >= 0 } socket)
        {
            socket.SetRawOption(SolSocket, SendBuffer, BitConverter.GetBytes(4096));
        }

        Socket peer = await listener.AcceptAsync();
        peer.NoDelay = true;
        return new RawPeer(peer);
    }

    public override async Task ConnectPairAsync(
        EventLoop loop, StreamProtocol left, StreamProtocol right, WriteBufferLimits limits = default)
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server server = await loop.CreateServerAsync(
            () =>
            {
                made.SetResult();
                return right;
            },
            "127.0.0.1",
            0,
            new ServerOptions { WriteBufferLimits = limits });
        await loop.CreateConnectionAsync(
            () => left, "127.0.0.1", ((IPEndPoint)server.EndPoints[0]).Port, new ConnectionOptions { WriteBufferLimits = limits });
        await made.Task;
        server.Close();
    }
}
