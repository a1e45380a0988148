using System.Net.Sockets;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Transports;

/// <summary>Unix sockets, in clear or under TLS, on a loop with a selector of the caller's choice.</summary>
public class UnixKind(Func<Selector> createSelector, bool tls = false) : TransportKind
{
    private const int SolSocket = 1;
    private const int SendBuffer = 7;

    private readonly TemporaryFolder _folder = new();

    public override bool CanHalfClose => !tls;

    public override bool IsPlain => !tls;

    public override EventLoop CreateLoop(EventLoopOptions options) => new SelectorEventLoop(createSelector(), options);

    public override async Task<RawPeer> ConnectAsync(
        EventLoop loop, StreamProtocol protocol, WriteBufferLimits limits = default, bool smallBuffers = false)
    {
        string path = _folder.NewPath();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Task<RawPeer> accepting = PeerAcceptance.AcceptAsync(listener, tls);
        (ITransport transport, _) = await loop.CreateUnixConnectionAsync(() => protocol, path, Options(limits));
        if (smallBuffers && transport.GetExtraInfo("socket") is TransportSocket { Descriptor: >= 0 } socket)
        {
            socket.SetRawOption(SolSocket, SendBuffer, BitConverter.GetBytes(4096));
        }

        return await accepting;
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
            new UnixServerOptions
            {
                WriteBufferLimits = limits,
                Tls = tls ? TestCertificates.ServerOptions() : null,
                ShutdownTimeout = tls ? TimeSpan.Zero : null,
            });
        await loop.CreateUnixConnectionAsync(() => left, path, Options(limits));
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

    /// <summary>With TLS, an end that waits for nobody: like that of the other kinds.</summary>
    private UnixConnectionOptions Options(WriteBufferLimits limits) => new()
    {
        WriteBufferLimits = limits,
        Tls = tls ? TestCertificates.ClientOptions() : null,
        ShutdownTimeout = tls ? TimeSpan.Zero : null,
    };
}
