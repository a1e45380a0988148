using ActorLoop.TestKit;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>Descriptors the system cannot watch.</summary>
public sealed class RegularFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly SafeFileHandle _file;

    public RegularFileTests()
    {
        _file = File.OpenHandle(_path);
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    [Fact(DisplayName = "FD-09 epoll refuses a regular file, and the loop is as it was before")]
    public void AddReader_OfARegularFile_OnEpoll_Throws()
    {
        using var test = new TestLoop(options => new SelectorEventLoop(new EpollSelector(), options));
        var error = Assert.Throws<IOException>(() => test.Loop.AddReader(_file, () => { }));
        Assert.Contains($"{_file.DangerousGetHandle()}", error.Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => test.Loop.AddWriter(_file, () => { }));
        Assert.Equal(0, test.Loop.Statistics.Descriptors);
        Assert.False(test.Loop.RemoveReader(_file));
        test.RunTurn();
    }

    [Fact(DisplayName = "FD-09 Socket.Select refuses whatever is no socket")]
    public void AddReader_OfARegularFile_OnSelect_Throws()
    {
        using var test = new TestLoop(options => new SelectorEventLoop(new SelectSelector(), options));
        var error = Assert.Throws<ArgumentException>(() => test.Loop.AddReader(_file, () => { }));
        Assert.Contains("not an open socket", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, test.Loop.Statistics.Descriptors);
    }

    [Fact(DisplayName = "FD-09 For poll a regular file is always ready")]
    public void AddReader_OfARegularFile_OnPoll_IsAlwaysReady()
    {
        using var test = new TestLoop(options => new SelectorEventLoop(new PollSelector(), options));
        int reads = 0;
        test.Loop.AddReader(_file, () => reads++);
        test.RunTurns(3);
        Assert.Equal(3, reads);
        Assert.True(test.Loop.RemoveReader(_file));
    }
}
