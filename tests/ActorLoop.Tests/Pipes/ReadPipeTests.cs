using System.IO.Pipes;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorLoop.Tests.Pipes;

public sealed class ReadPipeTests : PipeTest
{
    [Fact(DisplayName = "PI-01 PI-03 A read pipe delivers what is written, then the end of the stream, then its loss")]
    public void Reading_WriterWritesAndCloses_DataEofLost() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnEof = () => true;
        (IReadTransport transport, FileStream other) = await ReaderAsync(protocol);
        Assert.Same(transport, protocol.Record.Transport);
        other.Write("hello"u8);
        await protocol.Record.ReceivedAsync(5);
        await other.DisposeAsync();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(["made", "data", "eof", "lost"], protocol.Record.Calls);
        Assert.Equal("hello"u8.ToArray(), protocol.Record.Received);
    });

    [Fact(DisplayName = "PI-03 A megabyte through a pipe arrives in order, in pieces of at most 256 KiB")]
    public void Reading_Much_ArrivesInOrder() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        int longest = 0;
        protocol.Record.OnData = data => longest = Math.Max(longest, data.Length);
        (_, FileStream other) = await ReaderAsync(protocol);
        byte[] data = TestBytes.Make(1024 * 1024);
        await Task.Run(() =>
        {
            other.Write(data);
            other.Dispose();
        });
        await protocol.Record.Lost;
        Assert.Equal(data, protocol.Record.Received);
        Assert.InRange(longest, 1, 256 * 1024);
    });

    [Fact(DisplayName = "PI-03 A buffered protocol is given its own buffer")]
    public void Reading_BufferedProtocol_FillsItsBuffer() => Run(async () =>
    {
        RecordingBufferedProtocol protocol = Watched(new RecordingBufferedProtocol());
        (_, FileStream other) = await ReaderAsync(protocol);
        byte[] data = TestBytes.Make(100_000);
        await Task.Run(() =>
        {
            other.Write(data);
            other.Dispose();
        });
        await protocol.Record.Lost;
        Assert.Equal(data, protocol.Record.Received);
    });

    [Fact(DisplayName = "PI-04 Pausing holds data and the end back, resuming delivers both; both are idempotent")]
    public void Pausing_DataAndEnd_WaitForResume() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IReadTransport transport, FileStream other) = await ReaderAsync(protocol);
        transport.PauseReading();
        transport.PauseReading();
        Assert.False(transport.IsReading);
        other.Write("late"u8);
        await other.DisposeAsync();
        long turns = Loop.Statistics.Turns;
        await TurnsAsync(10);
        Assert.Equal(["made"], protocol.Record.Calls);
        Assert.InRange(Loop.Statistics.Turns - turns, 1, 20);
        transport.ResumeReading();
        transport.ResumeReading();
        Assert.True(transport.IsReading);
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal("late"u8.ToArray(), protocol.Record.Received);
    });

    [Fact(DisplayName = "PI-04 A writer that is gone while reading is paused does not keep the loop busy")]
    public void Pausing_WriterGone_LoopSleeps() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IReadTransport transport, FileStream other) = await ReaderAsync(protocol);
        transport.PauseReading();
        await other.DisposeAsync();
        long before = Loop.Statistics.Turns;
        await Task.Delay(TimeSpan.FromMilliseconds(30), Loop.TimeProvider);
        Assert.InRange(Loop.Statistics.Turns - before, 0, 20);
        transport.ResumeReading();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "PI-04 Closing stops reading at once; the protocol hears of it later, with null")]
    public void Close_WithDataWaiting_DeliversNothingMore() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IReadTransport transport, FileStream other) = await ReaderAsync(protocol);
        other.Write("never seen"u8);
        transport.Close();
        transport.Close();
        Assert.True(transport.IsClosing);
        Assert.False(protocol.Record.Lost.IsCompleted);
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(["made", "lost"], protocol.Record.Calls);
    });

    [Fact(DisplayName = "PI-03 A terminal whose other end closes has ended in order")]
    public void Reading_TerminalHangsUp_IsTheEnd() => Run(async () =>
    {
        (SafeFileHandle master, SafeFileHandle slave) = Terminal();
        RecordingProtocol protocol = Recorder();
        await Loop.ConnectReadPipeAsync(() => protocol, master);
        Native.Write(slave, "prompt"u8);
        await protocol.Record.ReceivedAsync(6);
        slave.Dispose();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(["made", "data", "eof", "lost"], protocol.Record.Calls);
    });

    [Fact(DisplayName = "PI-01 One terminal master is read and written by two transports")]
    public void Terminal_BothDirections_WorkOnOneDescriptor() => Run(async () =>
    {
        (SafeFileHandle master, SafeFileHandle slave) = Terminal();
        RecordingProtocol input = Recorder();
        RecordingProtocol output = Recorder();
        await Loop.ConnectReadPipeAsync(() => input, master);
        (IWriteTransport writer, _) = await Loop.ConnectWritePipeAsync(() => output, master);
        writer.Write("to the slave"u8);
        var seen = new byte[64];
        int count = await Task.Run(() => Native.Read(slave, seen));
        Assert.Equal("to the slave"u8.ToArray(), seen[..count]);
        writer.Close();
        await output.Record.Lost;
        Native.Write(slave, "from the slave"u8);
        await input.Record.ReceivedAsync(14);
        input.Record.Transport.Close();
        await input.Record.Lost;
        Assert.True(master.IsClosed);
    });

    [Fact(DisplayName = "PI-01 A FIFO is read before anybody writes, and by its name")]
    public void Reading_Fifo_WaitsForTheFirstWriter() => Run(async () =>
    {
        string path = NewPath();
        Native.MakeFifo(path);

        // Read and write, because opening one end of a FIFO waits for the other.
        using var keeper = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        var reader = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        RecordingProtocol protocol = Recorder();
        (IReadTransport transport, _) = await Loop.ConnectReadPipeAsync(() => protocol, reader);
        Assert.Same(reader, transport.GetExtraInfo("pipe"));
        keeper.Write("through a name"u8);
        await protocol.Record.ReceivedAsync(14);
        await keeper.DisposeAsync();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "PI-01 The anonymous pipes of .NET work as they are")]
    public void Reading_AnonymousPipeStream_Works() => Run(async () =>
    {
        var reader = new AnonymousPipeServerStream(PipeDirection.In);
        using var writer = new AnonymousPipeClientStream(PipeDirection.Out, reader.ClientSafePipeHandle);
        RecordingProtocol protocol = Recorder();
        await Loop.ConnectReadPipeAsync(() => protocol, reader);
        writer.Write("anonymous"u8);
        await protocol.Record.ReceivedAsync(9);
        await writer.DisposeAsync();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "PI-02 A socket is a pipe of one direction")]
    public void Reading_Socket_Works() => Run(async () =>
    {
        (Socket left, Socket right) = SocketEnds.Pair(NewPath());
        using Socket peer = right;
        RecordingProtocol protocol = Recorder();
        (IReadTransport transport, _) = await Loop.ConnectReadPipeAsync(() => protocol, left);
        peer.Send("socket"u8);
        await protocol.Record.ReceivedAsync(6);
        Assert.Throws<NotSupportedException>(() => ((ITransport)transport).Write("x"u8));
        peer.Dispose();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "PI-01 PI-08 The pipe is non-blocking while the transport has it, and closed after ConnectionLost")]
    public void Pipe_DuringAndAfter_NonBlockingThenClosed() => Run(async () =>
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        RecordingProtocol protocol = Recorder();
        (IReadTransport transport, _) = await Loop.ConnectReadPipeAsync(() => protocol, reader);
        Assert.True(Native.IsNonBlocking(reader));
        Assert.Same(reader, transport.GetExtraInfo("pipe"));
        bool closed = true;
        protocol.Record.OnLost = _ => closed = reader.IsClosed;
        writer.Dispose();
        await protocol.Record.Lost;
        Assert.False(closed);
        await TurnsAsync();
        Assert.True(reader.IsClosed);
    });

    [Fact(DisplayName = "PI-01 Whoever shares the pipe finds it blocking again afterwards")]
    public void Pipe_SharedDescription_BlocksAgain() => Run(async () =>
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        using (reader)
        using (writer)
        {
            var lent = new SafeFileHandle(reader.DangerousGetHandle(), ownsHandle: false);
            RecordingProtocol protocol = Recorder();
            (IReadTransport transport, _) = await Loop.ConnectReadPipeAsync(() => protocol, lent);
            transport.Close();
            await protocol.Record.Lost;
            await TurnsAsync();
            Assert.False(Native.IsNonBlocking(reader));
        }
    });

    [Fact(DisplayName = "PI-04 A protocol that throws loses its pipe, and the exception is reported")]
    public void DataReceived_Throws_PipeIsLost() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnData = _ => throw new InvalidOperationException("no");
        (_, FileStream other) = await ReaderAsync(protocol);
        other.Write("x"u8);
        Assert.IsType<InvalidOperationException>(await protocol.Record.Lost);
        Assert.Equal(LoopErrorKind.Protocol, TakeReport().Kind);
    });

    [Fact(DisplayName = "PI-07 Aborting loses the pipe with null; closing the loop with a LoopClosedException")]
    public void Abort_AndLoopClose_AreTold()
    {
        RecordingProtocol aborted = Recorder();
        RecordingProtocol left = Recorder();
        Run(async () =>
        {
            (IReadTransport transport, _) = await ReaderAsync(aborted);
            ((ITransport)transport).Abort();
            Assert.Null(await aborted.Record.Lost);
            await ReaderAsync(left);
        });
        Assert.True(left.Record.Lost.IsCompletedSuccessfully);
        Assert.Equal("lost", left.Record.Calls[^1]);
    }
}
