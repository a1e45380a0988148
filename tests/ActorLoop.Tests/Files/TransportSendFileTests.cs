using System.IO.Pipes;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorLoop.Tests.Files;

// If this fails, a file arrives damaged, or a connection is not what it was after one.
public class TransportSendFileTests : SendFileTest
{
    private const int Big = 3_000_000;

    [Theory(DisplayName = "SF-01 SF-03 SF-10 A file or its middle arrives whole, and the position stands behind it")]
    [InlineData(100_000, 0, null, 100_000)]
    [InlineData(Big, 0, null, Big)]
    [InlineData(100_000, 1, null, 99_999)]
    [InlineData(100_000, 500, 70_000L, 70_000)]
    [InlineData(100_000, 99_999, 500L, 1)]
    [InlineData(100_000, 0, 200_000L, 100_000)]
    [InlineData(0, 0, null, 0)]
    [InlineData(100, 100, null, 0)]
    [InlineData(100, 5000, null, 0)]
    public void SendFile_AnyRange_ArrivesWhole(int size, int offset, long? count, int expected) => Run(async () =>
    {
        foreach (bool native in new[] { true, false })
        {
            RecordingProtocol protocol = Recorder();
            (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
            TestFile file = NewFile(size);
            file.Stream.Position = 7;
            using var memory = new MemoryStream(file.Content) { Position = 7 };
            Stream source = native ? file.Stream : memory;
            transport.Write("before "u8);
            Task<byte[]> receiving = peer.ReceiveToEndAsync();
            Assert.Equal(expected, await Loop.SendFileAsync(transport, source, offset, count, fallback: !native || !SystemSends));
            Assert.Equal(expected == 0 ? 7 : offset + expected, source.Position);
            transport.Write(" after"u8);
            transport.Close();
            byte[] all = [.. "before "u8, .. file.Content.AsSpan(Math.Min(offset, size), expected), .. " after"u8];
            Assert.Equal(all, await receiving);
        }
    });

    [Fact(DisplayName = "SF-01 A bare handle is sent, and its position is left alone")]
    public void SendFile_Handle_IsSent() => Run(async () =>
    {
        (ITransport transport, RawPeer peer) = await ConnectAsync(Recorder());
        TestFile file = NewFile(Big);
        Task<byte[]> receiving = peer.ReceiveAsync(Big - 10);
        Assert.Equal(Big - 10, await Loop.SendFileAsync(transport, file.Stream.SafeFileHandle, 10, fallback: !SystemSends));
        Assert.Equal(file.Content[10..], await receiving);
        Assert.Equal(0, file.Stream.Position);
        transport.Abort();
    });

    [Fact(DisplayName = "SF-04 What the system cannot send is read and written; without that it is an exception, and nothing happens")]
    public void SendFile_NotAFile_FallsBackOrRefuses() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
        using var memory = new MemoryStream(TestBytes.Make(50_000));
        await Assert.ThrowsAsync<SendFileNotAvailableException>(
            () => Loop.SendFileAsync(transport, memory, fallback: false));
        Assert.Equal(0, memory.Position);

        // A file of the system's that it can read but not send.
        using FileStream special = File.OpenRead("/proc/self/pagemap");
        await Assert.ThrowsAsync<SendFileNotAvailableException>(
            () => Loop.SendFileAsync(transport, special, count: 8, fallback: false));
        Assert.Equal(0, special.Position);
        Assert.True(transport.IsReading);
        Assert.Same(protocol, transport.Protocol);

        Assert.Equal(8, await Loop.SendFileAsync(transport, special, count: 8));
        Assert.Equal(8, special.Position);

        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var end = new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle);
        using var handle = new SafeFileHandle(pipe.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.SendFileAsync(transport, handle));
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.SendFileAsync(transport, end, offset: 1));
        await pipe.WriteAsync("through a pipe"u8.ToArray());
        Task<byte[]> receiving = peer.ReceiveAsync(8 + 14);
        Assert.Equal(14, await Loop.SendFileAsync(transport, end, count: 14));
        Assert.Equal("through a pipe"u8.ToArray(), (await receiving)[8..]);
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "SF-05 Bad arguments are refused before anything is sent")]
    public void SendFile_BadArguments_Throw() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (ITransport transport, _) = await ConnectAsync(protocol);
        TestFile file = NewFile(100);
        await Assert.ThrowsAsync<ArgumentNullException>(() => Loop.SendFileAsync(null!, file.Stream));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Loop.SendFileAsync(transport, (Stream)null!));
        ArgumentException bad = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Loop.SendFileAsync(transport, file.Stream, offset: -1));
        Assert.Equal("offset", bad.ParamName);
        foreach (long count in new[] { 0L, -1L, long.MinValue })
        {
            bad = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
                () => Loop.SendFileAsync(transport, file.Stream, count: count));
            Assert.Equal("count", bad.ParamName);
        }

        using var closed = new MemoryStream();
        closed.Dispose();
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.SendFileAsync(transport, closed));
        using var handle = new SafeFileHandle();
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.SendFileAsync(transport, handle));
        Assert.Equal(0, file.Stream.Position);
        transport.Abort();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "SF-06 A closing transport is refused, and one that has ended its sending; other kinds do not compile")]
    public void SendFile_ClosingTransport_Throws() => Run(async () =>
    {
        TestFile file = NewFile(100);
        RecordingProtocol protocol = Recorder();
        (ITransport transport, _) = await ConnectAsync(protocol);
        transport.WriteEof();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.SendFileAsync(transport, file.Stream));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.SendFileAsync(transport, new MemoryStream(new byte[1])));
        Assert.Same(protocol, transport.Protocol);
        transport.Close();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.SendFileAsync(transport, file.Stream));
        await protocol.Record.Lost;
        await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.SendFileAsync(transport, file.Stream));
    });

    [Fact(DisplayName = "SF-07 What is buffered goes first, writes meanwhile are refused, and writes after it follow")]
    public void SendFile_BesideWrites_KeepsTheOrder() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
        TestFile file = NewFile(Big);
        byte[] before = TestBytes.Make(300_000, seed: 2);
        transport.Write(before);
        Assert.True(protocol.Record.IsPaused);
        Task<long> sending = Loop.SendFileAsync(transport, file.Stream);
        Assert.Throws<InvalidOperationException>(() => transport.Write("no"u8));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.SendFileAsync(transport, file.Stream));
        byte[] received = await peer.ReceiveAsync(before.Length + 1000);
        Assert.Throws<InvalidOperationException>(() => transport.Write("no"u8));
        Assert.True(protocol.Record.IsPaused);
        Task<byte[]> rest = peer.ReceiveToEndAsync();
        Assert.Equal(Big, await sending);
        Assert.False(protocol.Record.IsPaused);
        transport.Write("after"u8);
        transport.Close();
        byte[] all = [.. received, .. await rest];
        Assert.Equal([.. before, .. file.Content, .. "after"u8], all);
    });

    [Theory(DisplayName = "SF-07 Close and WriteEof during a file take effect behind it")]
    [InlineData(true)]
    [InlineData(false)]
    public void SendFile_ClosedMeanwhile_IsFinishedFirst(bool close) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
        TestFile file = NewFile(Big);
        Task<long> sending = Loop.SendFileAsync(transport, file.Stream);
        if (close)
        {
            transport.Close();
        }
        else
        {
            transport.WriteEof();
        }

        Assert.Equal(file.Content, await peer.ReceiveToEndAsync());
        Assert.Equal(Big, await sending);
        peer.Dispose();
        Assert.Null(await protocol.Record.Lost);
    });

    [Theory(DisplayName = "SF-08 Reading is paused meanwhile and restored: running or paused, by the system's call or by writes")]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void SendFile_Reading_IsPausedAndRestored(bool native, bool reading) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
        if (!reading)
        {
            transport.PauseReading();
        }

        TestFile file = NewFile(Big);
        Task<long> sending = Loop.SendFileAsync(transport, native ? file.Stream : new MemoryStream(file.Content));
        Assert.False(transport.IsReading);
        await peer.SendAsync("early"u8.ToArray());
        await TurnsAsync(10);
        Assert.Equal(0, protocol.Record.ReceivedCount);
        Assert.Equal(file.Content, await peer.ReceiveAsync(Big));
        await sending;
        Assert.Equal(reading, transport.IsReading);
        await TurnsAsync(10);
        Assert.Equal(reading ? 5 : 0, protocol.Record.ReceivedCount);
        transport.ResumeReading();
        await protocol.Record.ReceivedAsync(5);
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "SF-08 In the fallback the protocol is replaced, gets its place back, and with it the flow control it missed")]
    public void SendFile_Fallback_RestoresTheProtocol() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (ITransport transport, RawPeer peer) = await ConnectAsync(protocol, new WriteBufferLimits(40_000, 10_000));
        transport.Write(new byte[300_000]);
        Assert.True(protocol.Record.IsPaused);
        Task<long> sending = Loop.SendFileAsync(transport, new MemoryStream(new byte[500_000]));
        Assert.NotSame(protocol, transport.Protocol);
        Task<byte[]> receiving = peer.ReceiveAsync(800_000);
        Assert.Equal(500_000, await sending);
        Assert.Same(protocol, transport.Protocol);
        await receiving;
        await Patience.WaitForAsync(() => !protocol.Record.IsPaused, "ResumeWriting");
        Assert.Equal(1, protocol.Record.Pauses);
        Assert.Equal(1, protocol.Record.Resumes);

        // The other way round: it was not paused before, and the transport is full when the place is given back.
        using var cancellation = new CancellationTokenSource();
        sending = Loop.SendFileAsync(transport, new MemoryStream(new byte[900_000]), cancellationToken: cancellation.Token);
        await Patience.WaitForAsync(() => transport.WriteBufferSize > 40_000, "a full buffer");
        await TurnsAsync();
        Assert.Equal(1, protocol.Record.Pauses);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal(2, protocol.Record.Pauses);
        transport.Abort();
        await protocol.Record.Lost;
    });

    [Theory(DisplayName = "SF-09 SF-03 The peer goes midway: an error, a position in between, and the transport is closing")]
    [InlineData(true)]
    [InlineData(false)]
    public void SendFile_PeerGoesMidway_Fails(bool native) => Run(async () =>
    {
        foreach (bool reset in new[] { true, false })
        {
            RecordingProtocol protocol = Recorder();
            (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
            TestFile file = NewFile(Big);
            Stream source = native ? file.Stream : new MemoryStream(file.Content);
            Task<long> sending = Loop.SendFileAsync(transport, source);
            await peer.ReceiveAsync(100_000);
            if (reset)
            {
                peer.Reset();
            }
            else
            {
                peer.Dispose();
            }

            SocketException failure = await Assert.ThrowsAsync<SocketException>(() => sending);
            Assert.Contains(failure.SocketErrorCode, new[] { SocketError.ConnectionReset, SocketError.Shutdown });
            Assert.True(transport.IsClosing);
            Assert.InRange(source.Position, 1, Big - 1);
            Assert.IsType<SocketException>(await protocol.Record.Lost);
        }
    });

    [Fact(DisplayName = "SF-09 Abort ends the file with an error")]
    public void SendFile_Aborted_Fails() => Run(async () =>
    {
        foreach (bool native in new[] { true, false })
        {
            RecordingProtocol protocol = Recorder();
            (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
            TestFile file = NewFile(Big);
            Task<long> sending = Loop.SendFileAsync(transport, native ? file.Stream : new MemoryStream(file.Content));
            await peer.ReceiveAsync(1000);
            transport.Abort();
            SocketException failure = await Assert.ThrowsAsync<SocketException>(() => sending);
            Assert.Equal(SocketError.ConnectionAborted, failure.SocketErrorCode);
            Assert.Null(await protocol.Record.Lost);
        }
    });

    [Theory(DisplayName = "SF-11 Canceling stops the file, tells the position, and leaves the connection usable")]
    [InlineData(true)]
    [InlineData(false)]
    public void SendFile_Canceled_StopsAndTellsThePosition(bool fromOtherThread) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
        TestFile file = NewFile(Big);
        using var cancellation = new CancellationTokenSource();
        Task<long> sending = Loop.SendFileAsync(transport, file.Stream, cancellationToken: cancellation.Token);
        byte[] begin = await peer.ReceiveAsync(100_000);
        if (fromOtherThread)
        {
            await Task.Run(cancellation.Cancel, CancellationToken.None);
        }
        else
        {
            await cancellation.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        int sent = (int)file.Stream.Position;
        Assert.InRange(sent, 100_000, Big - 1);
        Assert.True(transport.IsReading);
        transport.Write("after"u8);
        transport.Close();
        byte[] all = [.. begin, .. await peer.ReceiveToEndAsync()];
        Assert.Equal([.. file.Content.AsSpan(0, sent), .. "after"u8], all);
    });

    [Fact(DisplayName = "SF-11 Canceling while what was buffered is still leaving sends nothing of the file")]
    public void SendFile_CanceledWhileDraining_SendsNothing() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
        TestFile file = NewFile(1000);
        file.Stream.Position = 5;
        byte[] before = TestBytes.Make(300_000);
        transport.Write(before);
        using var cancellation = new CancellationTokenSource();
        Task<long> sending = Loop.SendFileAsync(transport, file.Stream, cancellationToken: cancellation.Token);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal(5, file.Stream.Position);
        transport.Close();
        Assert.Equal(before, await peer.ReceiveToEndAsync());
        Assert.False(protocol.Record.IsPaused);
    });

    [Fact(DisplayName = "SF-11 A file that its user closes meanwhile is still sent, and nothing else in its place")]
    public void SendFile_FileClosedMeanwhile_IsSent() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
        TestFile file = NewFile(Big);
        Task<long> sending = Loop.SendFileAsync(transport, file.Stream);
        await file.Stream.DisposeAsync();
        TestFile other = NewFile(Big);
        other.Content.AsSpan().Clear();
        Assert.Equal(file.Content, await peer.ReceiveAsync(Big));
        Assert.Equal(Big, await sending);
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "SF-01 A file does not keep the loop from other work")]
    public void SendFile_FastPeer_LetsOthersRun() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
        TestFile file = NewFile(20_000_000);
        Task<byte[]> receiving = Task.Run(() => peer.ReceiveAsync(file.Content.Length));
        long turns = Loop.Statistics.Turns;
        await Loop.SendFileAsync(transport, file.Stream, fallback: !SystemSends);
        Assert.True(Loop.Statistics.Turns - turns >= 10);
        Assert.Equal(file.Content, await receiving);
        transport.Close();
        await protocol.Record.Lost;
    });
}
