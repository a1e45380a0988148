using System.Net.Sockets;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Transports;

/// <summary>Unix sockets on a loop with a selector of the caller's choice.</summary>
public class UnixKind(Func<Selector> createSelector) : TransportKind
{
    private const int SolSocket = 1;
    private const int SendBuffer = 7;

    private readonly TemporaryFolder _folder = new();

    public override EventLoop CreateLoop(EventLoopOptions options) => new SelectorEventLoop(createSelector(), options);

    public override async Task<RawPeer> ConnectAsync(
        EventLoop loop, StreamProtocol protocol, WriteBufferLimits limits = default, bool smallBuffers = false)
    {
        string path = _folder.NewPath();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        (ITransport transport, _) = await loop.CreateUnixConnectionAsync(
            () => protocol, path, new UnixConnectionOptions { WriteBufferLimits = limits });
        if (smallBuffers && transport.GetExtraInfo("socket") is TransportSocket { Descriptor: >= 0 } socket)
        {
            socket.SetRawOption(SolSocket, SendBuffer, BitConverter.GetBytes(4096));
        }

        return new RawPeer(await listener.AcceptAsync());
    }

    public override async Task ConnectPairAsync(
        EventLoop loop, StreamProtocol left, StreamProtocol right, WriteBufferLimits limits = default)
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string path = _folder.NewPath();
        Server server = await loop.CreateUnixServerAsync(
            () =>
            {
                made.SetResult();
                return right;
            },
            path,
            new UnixServerOptions { WriteBufferLimits = limits });
        await loop.CreateUnixConnectionAsync(() => left, path, new UnixConnectionOptions { WriteBufferLimits = limits });
        await made.Task;
        server.Close();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _folder.Dispose();
        }

        base.Dispose(disposing);
    }
}
