using ActorLoop.Selectors;
using Xunit;

namespace ActorLoop.Tests.Selectors;

/// <summary>
/// What is left of a selector in the descriptor table of the process. Alone, because the table is everybody's.
/// </summary>
[Collection(nameof(SelectorDescriptorTests))]
[CollectionDefinition(nameof(SelectorDescriptorTests), DisableParallelization = true)]
public sealed class SelectorDescriptorTests
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("poll")]
    [InlineData("select")]
    [InlineData("shared")]
    public void Dispose_FreesEveryDescriptor(string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc/self/fd to look at.");
        UseAndDispose(kind);
        int before = CountDescriptors();
        for (int i = 0; i < 20; i++)
        {
            UseAndDispose(kind);
        }

        Assert.Equal(before, CountDescriptors());
    }

    private static void UseAndDispose(string kind)
    {
        using var pair = new DescriptorPair();
        using SharedSelector? shared = kind == "shared" ? new SharedSelector(new EpollSelector()) : null;
        using Selector selector = kind switch
        {
            "epoll" => new EpollSelector(),
            "poll" => new PollSelector(),
            "select" => new SelectSelector(),
            _ => shared!.CreatePort(),
        };
        selector.Register(pair.Near, SelectorEvents.Read, 1);
        selector.Wake();
        selector.Select(new SelectorEvent[1], Timeout.InfiniteTimeSpan);
    }

    private static int CountDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
