using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Pipes;

/// <summary>Pipes and children on poll(2).</summary>
public sealed class PollPipeTests : PipeTest
{
    protected override EventLoop CreateLoop(EventLoopOptions options) => new SelectorEventLoop(new PollSelector(), options);

    [Fact(DisplayName = "PI-03 PI-05 PI-06 A poll loop reads, writes, and sees both ends go")]
    public void Pipes_OnPoll_Work() => Run(async () =>
    {
        RecordingProtocol input = Recorder();
        (IReadTransport reader, FileStream feed) = await ReaderAsync(input);
        feed.Write("poll"u8);
        await input.Record.ReceivedAsync(4);
        reader.PauseReading();
        await feed.DisposeAsync();
        long before = Loop.Statistics.Turns;
        await Task.Delay(TimeSpan.FromMilliseconds(30), Loop.TimeProvider);
        Assert.InRange(Loop.Statistics.Turns - before, 0, 20);
        reader.ResumeReading();
        Assert.Null(await input.Record.Lost);
        RecordingProtocol output = Recorder();
        (IWriteTransport writer, FileStream drain) = await WriterAsync(output);
        WriteUntilBlocked(writer);
        await drain.DisposeAsync();
        Assert.IsType<IOException>(await output.Record.Lost);
        RecordingProtocol idle = Recorder();
        (_, FileStream other) = await WriterAsync(idle);
        await other.DisposeAsync();
        Assert.Null(await idle.Record.Lost);
    });

    [Fact(DisplayName = "SP-14 A poll loop hears of the exit of its children")]
    public void Children_OnPoll_Work() => Run(async () =>
    {
        await using LoopProcess process = await Loop.StartShellAsync("cat; exit 8");
        (byte[]? output, _, int code) = await process.CommunicateAsync("in"u8.ToArray());
        Assert.Equal((2, 8), (output!.Length, code));
    });
}
