using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Transports;

/// <summary>TCP, in clear or under TLS, on a loop with a selector of the caller's choice.</summary>
public class TcpKind(Func<Selector> createSelector, bool tls = false) : TransportKind
{
    private const int SolSocket = 1;
    private const int SendBuffer = 7;

    public override bool CanHalfClose => !tls;

    public override bool IsPlain => !tls;

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
        Task<RawPeer> accepting = PeerAcceptance.AcceptAsync(listener, tls);
        (ITransport transport, _) = await loop.CreateConnectionAsync(
            () => protocol, "127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port, Options(limits));
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
        Server server = await loop.CreateServerAsync(
            () =>
            {
                made.SetResult();
                return right;
            },
            "127.0.0.1",
            0,
            new ServerOptions
            {
                WriteBufferLimits = limits,
                Tls = tls ? TestCertificates.ServerOptions() : null,
                ShutdownTimeout = tls ? TimeSpan.Zero : null,
            });
        await loop.CreateConnectionAsync(() => left, "127.0.0.1", ((IPEndPoint)server.EndPoints[0]).Port, Options(limits));
        await made.Task;
        server.Close();
    }

    /// <summary>With TLS, an end that waits for nobody: like that of the other kinds.</summary>
    private ConnectionOptions Options(WriteBufferLimits limits) => new()
    {
        WriteBufferLimits = limits,
        Tls = tls ? TestCertificates.ClientOptions() : null,
        ShutdownTimeout = tls ? TimeSpan.Zero : null,
    };
}
