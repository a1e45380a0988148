using System.Buffers;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorLoop.Tests.Pipes;

public sealed class WritePipeTests : PipeTest
{
    private const int BrokenPipe = 32;

    [Fact(DisplayName = "PI-05 What is written arrives in order; WriteEof flushes, closes, and loses the pipe with null")]
    public void Writing_ManyPieces_ArriveInOrder() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, FileStream other) = await WriterAsync(protocol);
        byte[] data = TestBytes.Make(500_000);
        var sequence = new ReadOnlySequence<byte>(data, 100, data.Length - 100);
        transport.Write(data.AsSpan(0, 50));
        transport.Write(data.AsSpan(50, 50));
        transport.Write(sequence);
        Assert.True(transport.CanWriteEof);
        transport.WriteEof();
        Assert.True(transport.IsClosing);
        transport.WriteEof();
        Assert.Equal(data, await DrainAsync(other));
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "PI-05 A slow reader pauses the protocol once, and resumes it once it has caught up")]
    public void Writing_SlowReader_PausesAndResumes() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, FileStream other) = await WriterAsync(protocol);
        int written = WriteUntilBlocked(transport);
        while (!protocol.Record.IsPaused)
        {
            transport.Write(new byte[1024]);
            written += 1024;
        }

        Assert.True(transport.WriteBufferSize > transport.WriteBufferLimits.High);
        var resumed = new TaskCompletionSource();
        protocol.Record.OnResume = resumed.SetResult;
        Task<byte[]> reading = DrainAsync(other);
        await resumed.Task;
        transport.Close();
        Assert.Equal(written, (await reading).Length);
        Assert.Equal((1, 1), (protocol.Record.Pauses, protocol.Record.Resumes));
    });

    [Fact(DisplayName = "PI-05 New limits pause at once; a reader that never reads ends at the hard cap")]
    public void Writing_NobodyReads_EndsAtTheCap() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, _) = await WriterAsync(protocol);
        WriteUntilBlocked(transport);
        Assert.False(protocol.Record.IsPaused);
        transport.WriteBufferLimits = new WriteBufferLimits(high: 0, cap: 100_000);
        Assert.True(protocol.Record.IsPaused);
        while (!transport.IsClosing)
        {
            transport.Write(new byte[10_000]);
        }

        Assert.IsType<WriteBufferOverflowException>(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "PI-06 The reader goes away while nothing waits: the pipe is lost with null, at once")]
    public void ReaderGone_NothingBuffered_LostWithNull() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (_, FileStream other) = await WriterAsync(protocol);
        await other.DisposeAsync();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "PI-06 The reader goes away while bytes wait: the pipe is lost with EPIPE")]
    public void ReaderGone_BytesBuffered_LostWithBrokenPipe() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, FileStream other) = await WriterAsync(protocol);
        WriteUntilBlocked(transport);
        await other.DisposeAsync();
        IOException lost = Assert.IsType<IOException>(await protocol.Record.Lost);
        Assert.Equal(BrokenPipe, lost.HResult);
    });

    [Fact(DisplayName = "PI-06 Writing before the loop has noticed that the reader is gone loses the pipe with EPIPE")]
    public void Write_ReaderJustGone_LostWithBrokenPipe() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, FileStream other) = await WriterAsync(protocol);
        other.Dispose();
        transport.Write(new byte[20_000]);
        IOException lost = Assert.IsType<IOException>(await protocol.Record.Lost);
        Assert.Equal(BrokenPipe, lost.HResult);
    });

    [Fact(DisplayName = "PI-06 A socket whose other end is closed is lost, also while nobody writes")]
    public void ReaderGone_UnixSocket_IsLost() => Run(async () =>
    {
        (Socket left, Socket right) = SocketEnds.Pair(NewPath());
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, _) = await Loop.ConnectWritePipeAsync(() => protocol, left);
        transport.Write("seen"u8);
        await TurnsAsync();
        var buffer = new byte[16];
        Assert.Equal(4, right.Receive(buffer));
        right.Dispose();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "PI-06 What a socket sends to a transport that only writes ends nothing and costs nothing")]
    public void PeerTalksBack_OnASocket_IsIgnored() => Run(async () =>
    {
        (Socket left, Socket right) = SocketEnds.Pair(NewPath());
        using Socket peer = right;
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, _) = await Loop.ConnectWritePipeAsync(() => protocol, left);
        peer.Send("chatter"u8);
        await TurnsAsync(5);
        Assert.False(transport.IsClosing);
        transport.Close();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "PI-06 The hang-up of a terminal does not end a writer, nor keep the loop busy")]
    public void TerminalHangsUp_WriterStays() => Run(async () =>
    {
        (SafeFileHandle master, SafeFileHandle slave) = Terminal();
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, _) = await Loop.ConnectWritePipeAsync(() => protocol, master);
        slave.Dispose();
        long before = Loop.Statistics.Turns;
        await Task.Delay(TimeSpan.FromMilliseconds(30), Loop.TimeProvider);
        Assert.InRange(Loop.Statistics.Turns - before, 0, 20);
        Assert.False(transport.IsClosing);
        transport.Close();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "PI-05 Writes after Close are dropped, with a warning from the fifth on")]
    public void Write_AfterClose_IsDroppedWithWarnings() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, FileStream other) = await WriterAsync(protocol);
        transport.Write("kept"u8);
        transport.Close();
        for (int i = 0; i < 6; i++)
        {
            transport.Write("dropped"u8);
        }

        Assert.Equal("kept"u8.ToArray(), await DrainAsync(other));
        await protocol.Record.Lost;
        Assert.Equal(2, LinesOf(LogLevel.Warning).Length);
    });

    [Fact(DisplayName = "PI-07 Abort drops what is buffered and loses the pipe with null")]
    public void Abort_BytesBuffered_DropsThem() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, FileStream other) = await WriterAsync(protocol);
        int written = WriteUntilBlocked(transport);
        transport.Abort();
        Assert.Equal(0, transport.WriteBufferSize);
        Assert.Null(await protocol.Record.Lost);
        Assert.InRange((await DrainAsync(other)).Length, 1, written - 1);
    });

    [Fact(DisplayName = "PI-05 What a reader gets may be written straight on: the bytes survive a full pipe")]
    public void Forwarding_FromReaderToWriter_KeepsEveryByte() => Run(async () =>
    {
        RecordingProtocol source = Recorder();
        RecordingProtocol target = Recorder();
        (IWriteTransport writer, FileStream drain) = await WriterAsync(target);
        (IReadTransport reader, FileStream feed) = await ReaderAsync(source);
        source.Record.OnData = data => writer.Write(data);
        target.Record.OnPause = reader.PauseReading;
        target.Record.OnResume = reader.ResumeReading;
        byte[] data = TestBytes.Make(2 * 1024 * 1024);
        Task<byte[]> reading = DrainAsync(drain);
        await Task.Run(() =>
        {
            feed.Write(data);
            feed.Dispose();
        });
        await source.Record.Lost;
        writer.Close();
        Assert.Equal(data, await reading);
    });

    [Fact(DisplayName = "PI-01 Another thread may not write while the loop runs")]
    public void Write_OnForeignThread_Throws() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, _) = await WriterAsync(protocol);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.Run(() => transport.Write("x"u8)));
        transport.Close();
    });
}
