using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Streams;

public class ClosingTests : StreamTest
{
    [Fact(DisplayName = "ST-10 After a reset reads, drains and WaitClosed throw what ended the connection, every time")]
    public void Reset_WhileReading_ThrowsEverywhere() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        ValueTask<int> read = stream.ReadAsync(new byte[10]);
        Task closed = stream.WaitClosedAsync();
        peer.Reset();
        await ThrowsResetAsync(() => read.AsTask());
        await ThrowsResetAsync(() => closed);
        await ThrowsResetAsync(() => stream.WaitClosedAsync());
        await ThrowsResetAsync(() => stream.ReadAsync(new byte[10]).AsTask());
        await ThrowsResetAsync(() => stream.ReadLineAsync().AsTask());
        await ThrowsResetAsync(() => stream.ReadExactlyAsync(1).AsTask());
        await ThrowsResetAsync(() => stream.ReadExactlyAsync(new byte[1]).AsTask());
        await ThrowsResetAsync(() => stream.ReadToEndAsync().AsTask());
        await ThrowsResetAsync(() => stream.Input.ReadAsync().AsTask());
        await ThrowsResetAsync(() => stream.DrainAsync().AsTask());
        await ThrowsResetAsync(() => stream.FlushAsync());
        await ThrowsResetAsync(() => stream.WriteAsync(new byte[1]).AsTask());
        Assert.IsType<ConnectionLostException>(stream.Exception);
        Assert.True(stream.IsClosing);
        await stream.DisposeAsync();
    });

    [Fact(DisplayName = "ST-08 A failure wakes the reader, and hides what it had not read")]
    public void Reset_DataUnread_ThrowsInsteadOfGivingIt() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        await peer.SendAsync(Bytes("lost"));
        await BufferedAsync(stream, 4);
        Assert.False(stream.AtEof);
        peer.Reset();
        await Patience.WaitForAsync(() => stream.Exception is not null, "the reset is seen");
        await ThrowsResetAsync(() => stream.ReadAsync(new byte[10]).AsTask());
        stream.Close();
    });

    [Fact(DisplayName = "ST-08 AtEof is true once the end has come and everything before it was read")]
    public void AtEof_DataBeforeTheEnd_IsTrueAfterReadingIt() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        await peer.SendAsync(Bytes("x"));
        peer.ShutdownSend();
        await BufferedAsync(stream, 1);
        await TurnsAsync(10);
        Assert.False(stream.AtEof);
        await stream.ReadExactlyAsync(1);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        Assert.True(stream.AtEof);
        Assert.Null(stream.Exception);
        stream.Close();
    });

    [Fact(DisplayName = "ST-13 After a close here a reader that waits gets the end when the connection has ended")]
    public void Close_WhileReading_EndsTheRead() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        ValueTask<int> read = stream.ReadAsync(new byte[10]);
        stream.Write(Bytes("last"));
        stream.Close();
        stream.Close();
        Assert.True(stream.IsClosing);
        Assert.False(stream.CanWrite);
        Assert.False(read.IsCompleted);
        Assert.Equal(0, await read);
        await stream.WaitClosedAsync();
        Assert.Equal("last", Text(await peer.ReceiveToEndAsync()));
        Assert.Equal(0, await stream.ReadAsync(new byte[10]));
    });

    [Fact(DisplayName = "ST-14 One direction can be ended and the answer still be read")]
    public void WriteEof_PeerAnswers_IsRead() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        Assert.True(stream.CanWriteEof);
        stream.Write(Bytes("question"));
        stream.WriteEof();
        Assert.Equal("question", Text(await peer.ReceiveToEndAsync()));
        await peer.SendAsync(Bytes("answer"));
        peer.ShutdownSend();
        Assert.Equal("answer", Text(await stream.ReadToEndAsync()));
        await stream.WaitClosedAsync();
    });

    [Fact(DisplayName = "ST-14 After the peer's end of stream the answer can still be written")]
    public void PeerEnds_AnswerIsWritten_Arrives() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        await peer.SendAsync(Bytes("question"));
        peer.ShutdownSend();
        Assert.Equal("question", Text(await stream.ReadToEndAsync()));
        await stream.WriteAsync(Bytes("answer"));
        stream.Close();
        Assert.Equal("answer", Text(await peer.ReceiveToEndAsync()));
    });

    [Fact(DisplayName = "ST-12 The writer's members reach the connection")]
    public void Members_OfAnOpenStream_AreTheConnections() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        Assert.Equal(peer.Socket.LocalEndPoint, stream.GetExtraInfo("peername"));
        Assert.Same(stream.Transport.LocalEndPoint, stream.GetExtraInfo("sockname"));
        Assert.Null(stream.GetExtraInfo("nonsense"));
        Assert.True(stream is { CanRead: true, CanWrite: true, CanSeek: false, IsClosing: false });
        stream.Write(Bytes("a"));
        stream.WriteByte((byte)'b');
        stream.Write(Bytes("xcx"), 1, 1);
        stream.Write(Pieces.Of(Bytes("d"), Bytes("e")));
        await stream.WriteAsync(Bytes("f"));
        stream.Flush();
        await stream.FlushAsync();
        stream.WriteEof();
        Assert.Throws<InvalidOperationException>(() => stream.Write(Bytes("after")));
        Assert.Equal("abcdef", Text(await peer.ReceiveToEndAsync()));
        stream.Close();
        Assert.Throws<NotSupportedException>(() => stream.Read(new byte[1], 0, 1));
        Assert.Throws<NotSupportedException>(() => stream.Read(new byte[1].AsSpan()));
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
    });

    [Fact(DisplayName = "ST-10 A connection that is aborted here has ended in order, and drains say that it is closed")]
    public void Abort_WhileReading_EndsTheRead() => Run(async () =>
    {
        (LoopStream stream, _) = await OpenAsync();
        ValueTask<byte[]> read = stream.ReadLineAsync();
        stream.Transport.Abort();
        Assert.Empty(await read);
        await stream.WaitClosedAsync();
        var lost = await Assert.ThrowsAsync<ConnectionLostException>(async () => await stream.DrainAsync());
        Assert.Null(lost.InnerException);
        Assert.Null(lost.SocketErrorCode);
    });

    [Fact(DisplayName = "ST-10 The end of a stream that nobody reads or awaits is nobody's error")]
    public void Reset_NobodyWaits_IsNotReported() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        peer.Reset();
        await Patience.WaitForAsync(() => stream.IsClosing, "the reset is seen");
        stream.Close();
    });

    [Fact(DisplayName = "ST-16 A stream that is dropped without a close is reported and closed")]
    public void Drop_WithoutClose_IsReportedAndClosed() => Run(async () =>
    {
        RawPeer peer = await OpenAndDropAsync();
        Task<byte[]> end = peer.ReceiveToEndAsync();
        await Patience.WaitForAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return ReportCount > 0;
            },
            "the report");
        LoopExceptionContext report = TakeReport();
        Assert.Equal(LoopErrorKind.ResourceLeak, report.Kind);
        Assert.NotNull(report.Transport);
        Assert.Empty(await end);
    });

    [Fact(DisplayName = "ST-16 A stream that somebody reads is not dropped, and one that was closed is not reported")]
    public void Drop_WhileReadingOrClosed_IsNotReported() => Run(async () =>
    {
        (Task<byte[]> read, RawPeer peer) = await OpenAndReadAsync();
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await TurnsAsync(10);
        }

        await peer.SendAsync(Bytes("still there\n"));
        Assert.Equal("still there\n", Text(await read));
        Assert.Equal(0, ReportCount);
        peer.Dispose();
        await Patience.WaitForAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return ReportCount > 0;
            },
            "the report");
        TakeReports();
    });

    private static async Task ThrowsResetAsync(Func<Task> call)
    {
        var lost = await Assert.ThrowsAsync<ConnectionLostException>(call);
        Assert.Equal(SocketError.ConnectionReset, lost.SocketErrorCode);
        Assert.IsType<SocketException>(lost.InnerException);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<RawPeer> OpenAndDropAsync()
    {
        (_, RawPeer peer) = await OpenAsync();
        return peer;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<(Task<byte[]> Read, RawPeer Peer)> OpenAndReadAsync()
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        return (stream.ReadLineAsync().AsTask(), peer);
    }
}
