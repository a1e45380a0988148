using System.Net.Sockets;
using ActorLoop.TestKit;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorLoop.Tests.Files;

// If this fails, a file arrives damaged over a socket that its user holds.
public class SocketSendFileTests : SendFileTest
{
    private const int Big = 2_000_000;

    [Theory(DisplayName = "SF-02 SF-03 SF-10 A file or its middle arrives whole, and the position stands behind it")]
    [InlineData(Big, 0, null, Big)]
    [InlineData(100_000, 500, 70_000L, 70_000)]
    [InlineData(100_000, 99_999, 500L, 1)]
    [InlineData(0, 0, null, 0)]
    [InlineData(100, 5000, null, 0)]
    public void SocketSendFile_AnyRange_ArrivesWhole(int size, int offset, long? count, int expected) => Run(async () =>
    {
        foreach (bool native in new[] { true, false })
        {
            (Socket near, Socket far) = NewSockets();
            TestFile file = NewFile(size);
            file.Stream.Position = 7;
            using var memory = new MemoryStream(file.Content) { Position = 7 };
            Stream source = native ? file.Stream : memory;
            await Loop.SocketSendAllAsync(near, "before "u8.ToArray());
            Task<byte[]> receiving = new RawPeer(far).ReceiveToEndAsync();
            Assert.Equal(expected, await Loop.SocketSendFileAsync(near, source, offset, count, fallback: !native || !SystemSends));
            Assert.Equal(expected == 0 ? 7 : offset + expected, source.Position);
            await Loop.SocketSendAllAsync(near, " after"u8.ToArray());
            near.Shutdown(SocketShutdown.Send);
            byte[] all = [.. "before "u8, .. file.Content.AsSpan(Math.Min(offset, size), expected), .. " after"u8];
            Assert.Equal(all, await receiving);
        }
    });

    [Fact(DisplayName = "SF-02 A bare handle is sent, and its position is left alone")]
    public void SocketSendFile_Handle_IsSent() => Run(async () =>
    {
        (Socket near, Socket far) = NewSockets();
        TestFile file = NewFile(Big);
        Task<byte[]> receiving = new RawPeer(far).ReceiveAsync(Big);
        Assert.Equal(Big, await Loop.SocketSendFileAsync(near, file.Stream.SafeFileHandle, fallback: !SystemSends));
        Assert.Equal(file.Content, await receiving);
        Assert.Equal(0, file.Stream.Position);
    });

    [Fact(DisplayName = "SF-04 Without a fallback, what the system cannot send is an exception")]
    public void SocketSendFile_NotAFile_Refuses() => Run(async () =>
    {
        (Socket near, Socket far) = NewSockets();
        await Assert.ThrowsAsync<SendFileNotAvailableException>(
            () => Loop.SocketSendFileAsync(near, new MemoryStream(new byte[10]), fallback: false));
        Assert.Equal(0, far.Available);
        await Loop.SocketSendAllAsync(near, new byte[1]);
    });

    [Fact(DisplayName = "SF-05 Bad arguments, datagram sockets, and blocking ones in debug mode are refused")]
    public void SocketSendFile_BadArguments_Throw() => Run(async () =>
    {
        (Socket near, Socket far) = NewSockets();
        TestFile file = NewFile(100);
        await Assert.ThrowsAsync<ArgumentNullException>(() => Loop.SocketSendFileAsync(null!, file.Stream));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Loop.SocketSendFileAsync(near, (SafeFileHandle)null!));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Loop.SocketSendFileAsync(near, file.Stream, offset: -1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Loop.SocketSendFileAsync(near, file.Stream, count: 0));
        using var datagram = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.SocketSendFileAsync(datagram, file.Stream));
        Loop.Debug = true;
        far.Blocking = true;
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.SocketSendFileAsync(far, file.Stream));
        Loop.Debug = false;
    });

    [Theory(DisplayName = "SF-09 SF-03 The peer goes midway: an error and a position in between")]
    [InlineData(true)]
    [InlineData(false)]
    public void SocketSendFile_PeerGoesMidway_Fails(bool native) => Run(async () =>
    {
        (Socket near, Socket far) = NewSockets();
        TestFile file = NewFile(Big);
        Stream source = native ? file.Stream : new MemoryStream(file.Content);
        Task<long> sending = Loop.SocketSendFileAsync(near, source);
        await new RawPeer(far).ReceiveAsync(600_000);
        far.Dispose();
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => sending);
        Assert.Contains(failure.SocketErrorCode, new[] { SocketError.ConnectionReset, SocketError.Shutdown });
        Assert.InRange(source.Position, 1, Big - 1);
    });

    [Fact(DisplayName = "SF-11 Canceling stops watching the socket and tells the position")]
    public void SocketSendFile_Canceled_StopsAndTellsThePosition() => Run(async () =>
    {
        Assert.SkipUnless(SystemSends, "The socket is free for others while the file is read.");
        (Socket near, Socket far) = NewSockets();
        TestFile file = NewFile(Big);
        long before = Loop.Statistics.Descriptors;
        using var cancellation = new CancellationTokenSource();
        Task<long> sending = Loop.SocketSendFileAsync(near, file.Stream, cancellationToken: cancellation.Token);
        Assert.Equal(before + 1, Loop.Statistics.Descriptors);
        Assert.Throws<InvalidOperationException>(() =>
        {
            _ = Loop.SocketSendAllAsync(near, new byte[1], CancellationToken.None);
        });
        cancellation.Cancel();
        Assert.Equal(before, Loop.Statistics.Descriptors);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        int sent = (int)file.Stream.Position;
        Assert.InRange(sent, 1, Big - 1);
        near.Shutdown(SocketShutdown.Send);
        Assert.Equal(file.Content[..sent], await new RawPeer(far).ReceiveToEndAsync());
    });
}
