using ActorLoop.TestKit;
using ActorLoop.Tests.Processes;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorLoop.Tests.Pipes;

/// <summary>A selector for sockets only: pipes go to threads, and children are refused.</summary>
public sealed class SelectPipeTests : ProcessTest
{
    protected override EventLoop CreateLoop(EventLoopOptions options) => new SelectorEventLoop(new SelectSelector(), options);

    [Fact(DisplayName = "PI-02 Where the selector watches no pipes, threads read and write them")]
    public void Pipes_OnSelect_GoToThreads() => Run(async () =>
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        RecordingProtocol input = Recorder();
        RecordingProtocol output = Recorder();
        await Loop.ConnectReadPipeAsync(() => input, reader);
        (IWriteTransport transport, _) = await Loop.ConnectWritePipeAsync(() => output, writer);
        byte[] data = TestBytes.Make(500_000);
        transport.Write(data);
        transport.Close();
        Assert.Null(await output.Record.Lost);
        Assert.Null(await input.Record.Lost);
        Assert.Equal(data, input.Record.Received);
    });

    [Fact(DisplayName = "SP-14 Where the selector cannot watch a child, starting one fails and leaves none")]
    public void Children_OnSelect_AreRefused() => Run(async () =>
    {
        await Assert.ThrowsAsync<PlatformNotSupportedException>(() => Loop.StartProcessAsync("cat", []));
        await Patience.WaitForAsync(() => Zombies().Length == 0, "no zombie");
    });
}
