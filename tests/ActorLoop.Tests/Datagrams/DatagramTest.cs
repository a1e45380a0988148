using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Datagrams;

/// <summary>
/// Endpoints on a loop of the test's own, with plain sockets as their peers; the calls of every protocol are checked at the
/// end.
/// </summary>
public abstract class DatagramTest : LoopTest
{
    protected static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private readonly List<RecordingDatagramProtocol> _protocols = [];
    private readonly List<IDisposable> _owned = [];

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    protected new void Run(Func<Task> body)
    {
        try
        {
            base.Run(body);
        }
        finally
        {
            _owned.ForEach(owned => owned.Dispose());
        }

        _protocols.ForEach(protocol => protocol.Verify());
    }

    protected new RecordingDatagramProtocol Recorder()
    {
        var protocol = new RecordingDatagramProtocol();
        _protocols.Add(protocol);
        return protocol;
    }

    protected async Task<(IDatagramTransport Transport, RecordingDatagramProtocol Protocol)> OpenAsync(
        DatagramOptions? options = null, Action<RecordingDatagramProtocol>? setUp = null)
    {
        RecordingDatagramProtocol protocol = Recorder();
        setUp?.Invoke(protocol);
        return await Loop.CreateDatagramEndpointAsync(() => protocol, options ?? new DatagramOptions { LocalEndPoint = AnyPort });
    }

    /// <summary>An endpoint and a socket that is connected to it and it to that.</summary>
    protected async Task<(IDatagramTransport Transport, RecordingDatagramProtocol Protocol, Socket Peer)> OpenConnectedAsync(
        DatagramOptions? options = null, Action<RecordingDatagramProtocol>? setUp = null)
    {
        Socket peer = Peer();
        (IDatagramTransport transport, RecordingDatagramProtocol protocol) = await OpenAsync(
            (options ?? new DatagramOptions()) with { LocalEndPoint = AnyPort, RemoteEndPoint = peer.LocalEndPoint }, setUp);
        await peer.ConnectAsync(transport.LocalEndPoint!);
        return (transport, protocol, peer);
    }

    /// <summary>A plain UDP socket on a free port.</summary>
    protected Socket Peer(AddressFamily family = AddressFamily.InterNetwork)
    {
        Socket peer = Owned(new Socket(family, SocketType.Dgram, ProtocolType.Udp));
        peer.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
        return peer;
    }

    /// <summary>Two Unix datagram sockets that are connected to each other and have no names.</summary>
    protected unsafe (Socket First, Socket Second) UnixPair()
    {
        int* both = stackalloc int[2];
        return Native.SocketPair(Native.Unix, Native.Datagram | Native.CloseOnExec, 0, both) == 0
            ? (Owned(new Socket(new SafeSocketHandle(both[0], ownsHandle: true))),
                Owned(new Socket(new SafeSocketHandle(both[1], ownsHandle: true))))
            : throw new InvalidOperationException("socketpair failed");
    }

    protected T Owned<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    /// <summary>Waits for the next datagram of a plain socket.</summary>
    protected static async Task<byte[]> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[128 * 1024];
        int length = await socket.ReceiveAsync(buffer).WaitAsync(Patience.Bound);
        return buffer[..length];
    }
}
