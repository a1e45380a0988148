using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Pipes;

/// <summary>What no selector can wait for.</summary>
public sealed class FilePipeTests : PipeTest
{
    [Theory(DisplayName = "PI-02 A regular file is read by threads, by the same contract")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public void Reading_RegularFile_DeliversAllOfIt(int size) => Run(async () =>
    {
        byte[] data = TestBytes.Make(size);
        string path = NewPath();
        await File.WriteAllBytesAsync(path, data);
        RecordingProtocol protocol = Recorder();
        await Loop.ConnectReadPipeAsync(() => protocol, File.OpenHandle(path));
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(data, protocol.Record.Received);
        Assert.Equal("eof", protocol.Record.Calls[^2]);
    });

    [Fact(DisplayName = "PI-02 A buffered protocol gets a file in pieces of its own size, and may pause between them")]
    public void Reading_BufferedProtocolThatPauses_LosesNothing() => Run(async () =>
    {
        byte[] data = TestBytes.Make(300_000);
        string path = NewPath();
        await File.WriteAllBytesAsync(path, data);
        RecordingBufferedProtocol protocol = Watched(new RecordingBufferedProtocol());
        protocol.Record.OnData = _ =>
        {
            protocol.Record.Transport.PauseReading();
            Loop.CallSoon(protocol.Record.Transport.ResumeReading);
        };
        await Loop.ConnectReadPipeAsync(() => protocol, File.OpenHandle(path));
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(data, protocol.Record.Received);
    });

    [Fact(DisplayName = "PI-02 A file is read from where its stream stands")]
    public void Reading_FileStream_BeginsAtItsPosition() => Run(async () =>
    {
        string path = NewPath();
        await File.WriteAllTextAsync(path, "skipped, read");
        var file = new FileStream(path, FileMode.Open, FileAccess.Read) { Position = 9 };
        RecordingProtocol protocol = Recorder();
        await Loop.ConnectReadPipeAsync(() => protocol, file);
        await protocol.Record.Lost;
        Assert.Equal("read"u8.ToArray(), protocol.Record.Received);
    });

    [Fact(DisplayName = "PI-02 A regular file is written by threads, in order, with flow control, to its last byte")]
    public void Writing_RegularFile_WritesAllOfIt() => Run(async () =>
    {
        string path = NewPath();
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, _) =
            await Loop.ConnectWritePipeAsync(() => protocol, new FileStream(path, FileMode.Create, FileAccess.Write));
        byte[] data = TestBytes.Make(3_000_000);
        for (int at = 0; at < data.Length; at += 30_000)
        {
            transport.Write(data.AsSpan(at, 30_000));
            while (protocol.Record.IsPaused)
            {
                await Task.Yield();
            }
        }

        transport.Close();
        Assert.Null(await protocol.Record.Lost);
        Assert.True(protocol.Record.Pauses > 0, "never paused");
        Assert.Equal(data, await File.ReadAllBytesAsync(path));
    });

    [Fact(DisplayName = "PI-02 A device that cannot be watched is read and written by threads")]
    public void Devices_Unwatchable_Work() => Run(async () =>
    {
        RecordingProtocol zero = Recorder();
        zero.Record.OnData = _ => zero.Record.Transport.Close();
        await Loop.ConnectReadPipeAsync(() => zero, File.OpenHandle("/dev/zero"));
        Assert.Null(await zero.Record.Lost);
        Assert.True(zero.Record.ReceivedCount > 0);
        RecordingProtocol nothing = Recorder();
        (IWriteTransport transport, _) = await Loop.ConnectWritePipeAsync(
            () => nothing, File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write));
        transport.Write(new byte[1_000_000]);
        transport.Close();
        Assert.Null(await nothing.Record.Lost);
    });

    [Fact(DisplayName = "PI-02 A full disk ends the transport with the error of the system")]
    public void Writing_FullDevice_IsLostWithTheError() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, _) = await Loop.ConnectWritePipeAsync(
            () => protocol, File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write));
        transport.Write("x"u8);
        IOException lost = Assert.IsType<IOException>(await protocol.Record.Lost);
        Assert.Equal(28, lost.HResult);
    });

    [Fact(DisplayName = "PI-07 Aborting in the middle of a write of a thread is safe")]
    public void Abort_WhileAThreadWrites_Ends() => Run(async () =>
    {
        for (int i = 0; i < 50; i++)
        {
            RecordingProtocol protocol = Recorder();
            (IWriteTransport transport, _) = await Loop.ConnectWritePipeAsync(
                () => protocol, new FileStream(NewPath(), FileMode.Create, FileAccess.Write));
            transport.Write(TestBytes.Make(200_000, i));
            transport.Abort();
            Assert.Null(await protocol.Record.Lost);
        }
    });

    [Fact(DisplayName = "PI-02 The loop closes under a file that is being read and one that is being written")]
    public void LoopClosed_FilesOpen_BothAreTold()
    {
        RecordingProtocol reader = Recorder();
        RecordingProtocol writer = Recorder();
        Run(async () =>
        {
            await Loop.ConnectReadPipeAsync(() => reader, File.OpenHandle("/dev/zero"));
            (IWriteTransport transport, _) = await Loop.ConnectWritePipeAsync(
                () => writer, new FileStream(NewPath(), FileMode.Create, FileAccess.Write));
            transport.Write(TestBytes.Make(1_000_000));
        });
        Assert.Equal(("lost", "lost"), (reader.Record.Calls[^1], writer.Record.Calls[^1]));
    }

    [Fact(DisplayName = "PI-02 A file whose executor was shut down is lost with that reason, and a new one is refused")]
    public void ExecutorShutDown_FileIsLost() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (IWriteTransport transport, _) = await Loop.ConnectWritePipeAsync(
            () => protocol, new FileStream(NewPath(), FileMode.Create, FileAccess.Write));
        await Loop.ShutdownDefaultExecutorAsync();
        transport.Write("never written"u8);
        Assert.IsType<InvalidOperationException>(await protocol.Record.Lost);
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle("/dev/zero");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.ConnectReadPipeAsync(Recorder, file));
        Assert.False(file.IsClosed);
    });
}
