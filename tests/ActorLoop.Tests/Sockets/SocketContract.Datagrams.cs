using System.Net;
using System.Net.Sockets;
using Xunit;

namespace ActorLoop.Tests.Sockets;

public abstract partial class SocketContract
{
    [Fact(DisplayName = "SK-06 ReceiveFrom gives count and sender, SendTo the count; empty datagrams count")]
    public void SendToAndReceiveFrom_Datagrams_GiveCountAndSender() => Run(async () =>
    {
        (Socket left, IPEndPoint leftAddress) = NewDatagramSocket();
        (Socket right, IPEndPoint rightAddress) = NewDatagramSocket();
        var buffer = new byte[100];
        ValueTask<(int Received, EndPoint? Sender)> receiving = Loop.SocketReceiveFromAsync(left, buffer);
        Assert.False(receiving.IsCompleted);
        Assert.Equal(4, await Loop.SocketSendToAsync(right, "ping"u8.ToArray(), leftAddress));
        (int received, EndPoint? sender) = await receiving;
        Assert.Equal(4, received);
        Assert.Equal(rightAddress, sender);
        Assert.Equal("ping"u8.ToArray(), buffer[..4]);
        Assert.Equal(0, await Loop.SocketSendToAsync(left, Memory<byte>.Empty, sender!));
        (received, sender) = await Loop.SocketReceiveFromAsync(right, buffer);
        Assert.Equal((0, leftAddress), (received, sender));
    });

    [Fact(DisplayName = "SK-06 What does not fit into the buffer is lost, and the next datagram is whole")]
    public void ReceiveFrom_SmallBuffer_Truncates() => Run(async () =>
    {
        (Socket left, IPEndPoint leftAddress) = NewDatagramSocket();
        await Loop.SocketSendToAsync(left, "0123456789"u8.ToArray(), leftAddress);
        await Loop.SocketSendToAsync(left, "abc"u8.ToArray(), leftAddress);
        var buffer = new byte[4];
        Assert.Equal(4, (await Loop.SocketReceiveFromAsync(left, buffer)).Received);
        Assert.Equal("0123"u8.ToArray(), buffer);
        Assert.Equal(3, (await Loop.SocketReceiveFromAsync(left, buffer)).Received);
        Assert.Equal("abc"u8.ToArray(), buffer[..3]);
    });

    [Fact(DisplayName = "SK-06 A sender that somebody wrote to is a new object the next time")]
    public void ReceiveFrom_SenderChangedByItsUser_IsMadeAgain() => Run(async () =>
    {
        (Socket left, IPEndPoint leftAddress) = NewDatagramSocket();
        (Socket right, IPEndPoint rightAddress) = NewDatagramSocket();
        EndPoint? last = null;
        for (int i = 0; i < 3; i++)
        {
            await Loop.SocketSendToAsync(right, new byte[1], leftAddress);
            EndPoint? sender = (await Loop.SocketReceiveFromAsync(left, new byte[1])).Sender;
            Assert.Equal(rightAddress, sender);
            Assert.Equal(i == 1, ReferenceEquals(last, sender));
            last = sender;
            ((IPEndPoint)last!).Port = i == 1 ? 1 : rightAddress.Port;
        }
    });

    [Fact(DisplayName = "SK-06 IPv6 addresses arrive as they were sent, and old ones reach a socket for both families")]
    public void SendTo_SixthVersion_Works() => Run(async () =>
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        using var six = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        six.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        int port = ((IPEndPoint)six.LocalEndPoint!).Port;
        (Socket four, IPEndPoint fourAddress) = NewDatagramSocket();
        await Loop.SocketSendToAsync(six, "four"u8.ToArray(), fourAddress);
        EndPoint? sender = (await Loop.SocketReceiveFromAsync(four, new byte[10])).Sender;
        Assert.Equal(port, ((IPEndPoint)sender!).Port);
        await Loop.SocketSendToAsync(six, "six"u8.ToArray(), new IPEndPoint(IPAddress.IPv6Loopback, port));
        (int received, sender) = await Loop.SocketReceiveFromAsync(six, new byte[10]);
        Assert.Equal((3, new IPEndPoint(IPAddress.IPv6Loopback, port)), (received, sender));
    });

    [Fact(DisplayName = "SK-06 Unix datagrams: the sender is its path, or null if it has none")]
    public void ReceiveFrom_UnixDatagrams_GiveThePath() => Run(async () =>
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var endPoint = new UnixDomainSocketEndPoint(path);
            using var bound = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            using var nameless = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            bound.Bind(endPoint);
            Assert.Equal(1, await Loop.SocketSendToAsync(nameless, new byte[1], endPoint));
            Assert.Equal((1, null), await Loop.SocketReceiveFromAsync(bound, new byte[10]));
            Assert.Equal(2, await Loop.SocketSendToAsync(bound, new byte[2], endPoint));
            (int received, EndPoint? sender) = await Loop.SocketReceiveFromAsync(bound, new byte[10]);
            Assert.Equal((2, path), (received, sender?.ToString()));
        }
        finally
        {
            File.Delete(path);
        }
    });

    [Fact(DisplayName = "SK-06 A datagram that is too big or goes nowhere is the system's error, and the socket lives on")]
    public void SendTo_Impossible_FailsAndGoesOn() => Run(async () =>
    {
        (Socket left, IPEndPoint leftAddress) = NewDatagramSocket();
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => Loop.SocketSendToAsync(left, new byte[100_000], leftAddress).AsTask());
        Assert.Contains(leftAddress.ToString(), failure.Message, StringComparison.Ordinal);
        await Loop.SocketSendToAsync(left, new byte[10], leftAddress);
        Assert.Equal(10, (await Loop.SocketReceiveFromAsync(left, new byte[100])).Received);
        await Assert.ThrowsAsync<ArgumentException>(
            () => Loop.SocketSendToAsync(left, new byte[1], new DnsEndPoint("localhost", 1)).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(
            () => Loop.SocketSendToAsync(left, new byte[1], new IPEndPoint(IPAddress.IPv6Loopback, 1)).AsTask());
    });
}
