using System.Net;
using System.Net.Sockets;
using Xunit;

namespace ActorLoop.Tests.Sockets;

public abstract partial class SocketContract
{
    private const int CloseOnExec = 0x80000;

    [Fact(DisplayName = "SK-04 SK-05 Connect and accept: the sockets know each other, and the accepted one does not block")]
    public void ConnectAndAccept_Tcp_Work() => Run(async () =>
    {
        Socket listener = NewListener();
        ValueTask<Socket> accepting = Loop.SocketAcceptAsync(listener);
        Socket client = Mine(NewSocket());
        await Loop.SocketConnectAsync(client, listener.LocalEndPoint!);
        Socket server = Mine(await accepting);
        Assert.True(client.Connected);
        Assert.Equal(listener.LocalEndPoint, client.RemoteEndPoint);
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.True(server.Connected);
        Assert.False(server.Blocking);
        Assert.Equal(SocketError.WouldBlock, Assert.Throws<SocketException>(() => server.Receive(new byte[1])).SocketErrorCode);
        Assert.NotEqual(0, FlagsOf(server) & CloseOnExec);
        await Loop.SocketSendAllAsync(client, "hello"u8.ToArray());
        Assert.Equal("hello"u8.ToArray(), await ReceiveExactlyAsync(server, 5));
        Assert.Equal(5, client.Send("again"u8.ToArray()));
    });

    [Fact(DisplayName = "SK-04 Host names are resolved, for the family of the socket")]
    public void Connect_HostName_IsResolved() => Run(async () =>
    {
        Socket listener = NewListener();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Socket client = Mine(NewSocket());
        await Loop.SocketConnectAsync(client, new DnsEndPoint("localhost", port));
        using Socket accepted = await Loop.SocketAcceptAsync(listener);
        Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
    });

    [Fact(DisplayName = "SK-04 A socket for both families connects to an address of the older one")]
    public void Connect_DualModeSocket_TakesOldAddresses() => Run(async () =>
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        Socket listener = NewListener();
        using var client = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        await Loop.SocketConnectAsync(client, listener.LocalEndPoint!);
        using Socket accepted = await Loop.SocketAcceptAsync(listener);
        Assert.Equal(((IPEndPoint)client.LocalEndPoint!).Port, ((IPEndPoint)accepted.RemoteEndPoint!).Port);
    });

    [Fact(DisplayName = "SK-04 Paths of Unix sockets go straight through, also where the queue is the only waiting")]
    public void Connect_UnixPath_Works() => Run(async () =>
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var endPoint = new UnixDomainSocketEndPoint(path);
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(endPoint);
            listener.Listen();
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            ValueTask<Socket> accepting = Loop.SocketAcceptAsync(listener);
            await Loop.SocketConnectAsync(client, endPoint);
            using Socket server = await accepting;
            Assert.True(client.Connected);
            await Loop.SocketSendAllAsync(server, "unix"u8.ToArray());
            Assert.Equal("unix"u8.ToArray(), await ReceiveExactlyAsync(client, 4));
        }
        finally
        {
            File.Delete(path);
        }
    });

    [Fact(DisplayName = "SK-04 A refused connection is an error that names the address")]
    public void Connect_NobodyListens_NamesTheAddress() => Run(async () =>
    {
        Socket listener = NewListener();
        EndPoint nobody = listener.LocalEndPoint!;
        listener.Dispose();
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => Loop.SocketConnectAsync(Mine(NewSocket()), nobody).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
        Assert.Contains(nobody.ToString()!, failure.Message, StringComparison.Ordinal);
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        failure = await Assert.ThrowsAsync<SocketException>(
            () => Loop.SocketConnectAsync(unix, new UnixDomainSocketEndPoint("/nowhere/at-all")).AsTask());
        Assert.Contains("/nowhere/at-all", failure.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "SK-06 A connected datagram socket: connect sets the peer")]
    public void Connect_DatagramSocket_SetsThePeer() => Run(async () =>
    {
        (Socket left, IPEndPoint leftAddress) = NewDatagramSocket();
        (Socket right, _) = NewDatagramSocket();
        await Loop.SocketConnectAsync(right, leftAddress);
        Assert.Equal(leftAddress, right.RemoteEndPoint);
        await Loop.SocketSendAllAsync(right, "to the peer"u8.ToArray());
        Assert.Equal(11, await Loop.SocketReceiveAsync(left, new byte[100]));
    });

    [Fact(DisplayName = "SK-06 Nobody can be reached at port 0: it is refused as an argument, for an address and for a name")]
    public void Connect_PortZero_IsRefused() => Run(async () =>
    {
        Socket client = Mine(NewSocket());
        foreach (EndPoint target in new EndPoint[] { new IPEndPoint(IPAddress.Loopback, 0), new DnsEndPoint("localhost", 0) })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
                "target", async () => await Loop.SocketConnectAsync(client, target));
        }
    });

    [Fact(DisplayName = "SK-12 A connect that hangs can be canceled, has left the selector then, and the next one works")]
    public void Connect_Canceled_LeavesNothing() => Run(async () =>
    {
        // A full accept queue answers nobody.
        Socket full = Mine(NewSocket());
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        long before = Loop.Statistics.Descriptors;
        for (int i = 0; i < 5; i++)
        {
            Socket client = Mine(NewSocket());
            using var cancellation = new CancellationTokenSource();
            Task connecting = Loop.SocketConnectAsync(client, full.LocalEndPoint!, cancellation.Token).AsTask();
            await TurnsAsync(5);
            if (!connecting.IsCompleted)
            {
                cancellation.Cancel();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
            }
        }

        Assert.InRange(Loop.Statistics.Descriptors, before, before + 5);
        Socket listener = NewListener();
        await Loop.SocketConnectAsync(Mine(NewSocket()), listener.LocalEndPoint!);
    });

    private static int FlagsOf(Socket socket)
    {
        string line = File.ReadLines($"/proc/self/fdinfo/{socket.Handle}")
            .First(text => text.StartsWith("flags", StringComparison.Ordinal));
        return Convert.ToInt32(line.Split('\t')[1], 8);
    }
}
