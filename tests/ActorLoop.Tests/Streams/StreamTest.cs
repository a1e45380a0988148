using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Streams;

/// <summary>Streams whose other end is a plain socket; what a test opened is closed when it is over.</summary>
public abstract class StreamTest : LoopTest, IDisposable
{
    private readonly List<IDisposable> _opened = [];

    public virtual void Dispose()
    {
        _opened.ForEach(opened => opened.Dispose());
        GC.SuppressFinalize(this);
    }

    protected static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    protected static string Text(ReadOnlyMemory<byte> bytes) => Encoding.ASCII.GetString(bytes.Span);

    /// <summary>A stream of the loop, and its peer.</summary>
    protected async Task<(LoopStream Stream, RawPeer Peer)> OpenAsync(
        StreamOptions? options = null, WriteBufferLimits limits = default, bool smallBuffers = false)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (smallBuffers)
        {
            listener.ReceiveBufferSize = 4096;
        }

        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        LoopStream stream = await Loop.OpenConnectionAsync(
            "127.0.0.1", PortOf(listener.LocalEndPoint), new ConnectionOptions { WriteBufferLimits = limits }, options);
        return (stream, Watch(await listener.AcceptAsync()));
    }

    protected async Task<(Server Server, RawPeer Peer)> ServeAsync(
        Func<LoopStream, CancellationToken, Task> handler, StreamOptions? options = null)
    {
        Server server = await Loop.StartServerAsync(handler, "127.0.0.1", 0, streamOptions: options);
        return (server, await ConnectAsync(server));
    }

    protected async Task<RawPeer> ConnectAsync(Server server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        RawPeer peer = Watch(socket);
        await socket.ConnectAsync(server.EndPoints[0]);
        return peer;
    }

    /// <summary>Waits until so many bytes have come in and lie in the stream.</summary>
    protected static Task BufferedAsync(LoopStream stream, int count) => Eventually.TrueAsync(
        () => stream.ToString().StartsWith($"stream unread={count} ", StringComparison.Ordinal), $"{count} bytes buffered");

    protected static int PortOf(EndPoint? endPoint) => ((IPEndPoint)endPoint!).Port;

    /// <summary>Writes until the transport has to keep bytes, and says how many were written.</summary>
    protected static int WriteUntilPaused(LoopStream stream)
    {
        int written = 0;
        while (stream.Transport.WriteBufferSize <= stream.Transport.WriteBufferLimits.High)
        {
            stream.Write(TestBytes.Make(256 * 1024, written + 1));
            written += 256 * 1024;
        }

        return written;
    }

    private RawPeer Watch(Socket socket)
    {
        socket.NoDelay = true;
        var peer = new RawPeer(socket);
        _opened.Add(peer);
        return peer;
    }
}
