using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorLoop.TestKit;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorLoop.Tests.Pipes;

public sealed class PipeArgumentTests : PipeTest
{
    [Fact(DisplayName = "PI-02 A directory, an end of the wrong direction, a closed handle and a memory stream are refused")]
    public void Connect_NoPipe_IsRefused() => Run(async () =>
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        using (reader)
        using (writer)
        {
            ArgumentException wrong = Assert.Throws<ArgumentException>(
                () => { _ = Loop.ConnectReadPipeAsync(Recorder, writer); });
            Assert.Equal("pipe", wrong.ParamName);
            Assert.Contains("writing only", wrong.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => { _ = Loop.ConnectWritePipeAsync(Recorder, reader); });
            Assert.Throws<ArgumentException>(() => { _ = Loop.ConnectReadPipeAsync(Recorder, new MemoryStream()); });
            Assert.Throws<ArgumentNullException>(() => { _ = Loop.ConnectReadPipeAsync(Recorder, (SafeHandle)null!); });
            Assert.Throws<ArgumentNullException>(() => { _ = Loop.ConnectReadPipeAsync<Protocol>(null!, reader); });

            // Neither was touched.
            Assert.False(Native.IsNonBlocking(reader) || Native.IsNonBlocking(writer));
        }

        Assert.Throws<ArgumentException>(() => { _ = Loop.ConnectReadPipeAsync(Recorder, reader); });
        await Task.CompletedTask;
    });

    [Fact(DisplayName = "PI-01 A factory that throws leaves the pipe to its owner, as it was")]
    public void Factory_Throws_PipeIsGivenBack() => Run(async () =>
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        using (reader)
        using (writer)
        {
            await Assert.ThrowsAsync<FormatException>(
                () => Loop.ConnectReadPipeAsync<Protocol>(() => throw new FormatException(), reader));
            Assert.False(Native.IsNonBlocking(reader));
            Native.Write(writer, "still works"u8);
            Assert.Equal(11, Native.Read(reader, new byte[20]));
        }
    });

    [Fact(DisplayName = "PI-01 A canceled call takes nothing")]
    public void Connect_CanceledToken_TakesNothing() => Run(async () =>
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        using (reader)
        using (writer)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => Loop.ConnectReadPipeAsync(Recorder, reader, new CancellationToken(canceled: true)));
            Assert.False(reader.IsClosed);
        }
    });

    [Fact(DisplayName = "PI-01 A descriptor that a connection of the loop uses is refused")]
    public void Connect_SocketOfATransport_IsRefused() => Run(async () =>
    {
        (Socket left, Socket right) = SocketEnds.Pair(NewPath());
        using Socket peer = right;
        RecordingProtocol protocol = Recorder();
        (ITransport transport, _) = await Loop.CreateUnixConnectionAsync(() => protocol, left);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.ConnectReadPipeAsync(Recorder, left));
        Assert.False(transport.IsClosing);
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "PI-01 A closed loop takes no pipe")]
    public void Connect_ClosedLoop_Throws()
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        using (reader)
        using (writer)
        {
            var loop = new SelectorEventLoop();
            loop.Close();
            Assert.Throws<LoopClosedException>(() => { _ = loop.ConnectReadPipeAsync(() => new RecordingProtocol(), reader); });
        }
    }
}
