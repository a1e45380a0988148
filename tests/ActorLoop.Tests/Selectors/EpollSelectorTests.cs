using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Selectors;

public sealed class EpollSelectorTests
{
    [Fact(DisplayName = "FD-09 A regular file is refused by name")]
    public void Register_RegularFile_IsRefused()
    {
        using var selector = new EpollSelector();
        using FileStream file = File.OpenRead(typeof(EpollSelectorTests).Assembly.Location);
        nint descriptor = file.SafeFileHandle.DangerousGetHandle();

        var error = Assert.Throws<IOException>(() => selector.Register(descriptor, SelectorEvents.Read, 1));
        Assert.Contains($"descriptor {descriptor}:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_TakenToken_IsRejected()
    {
        using var selector = new EpollSelector();
        using var pair = new DescriptorPair();

        Assert.Throws<ArgumentOutOfRangeException>(
            "token", () => selector.Register(pair.Near, SelectorEvents.Read, long.MinValue));
        selector.Register(pair.Near, SelectorEvents.Read, long.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(
            "token", () => selector.Modify(pair.Near, SelectorEvents.Read, long.MinValue));
    }

    [Fact]
    public void Select_BrokenEpollDescriptor_FailsLoudly()
    {
        using var selector = new EpollSelector();
        // A path descriptor is as good as a closed one, without giving the number to another test.
        DescriptorPair.ReplaceByPath(selector.Descriptor);

        var error = Assert.Throws<IOException>(() => selector.Select(new SelectorEvent[1], TimeSpan.Zero));
        Assert.Contains("epoll_wait", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Select_AllocatesNothing(bool preciseWait)
    {
        using var selector = new EpollSelector(preciseWait);
        using var pair = new DescriptorPair();
        selector.Register(pair.Near, SelectorEvents.Write, 1);
        var ready = new SelectorEvent[512];
        var wait = TimeSpan.FromMilliseconds(1.5);
        selector.Select(ready, wait);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 3000; i++)
        {
            selector.Select(ready, wait);
            selector.Select(ready, TimeSpan.Zero);
            selector.Modify(pair.Near, SelectorEvents.Write, i);
            selector.Wake();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allocations.Noise);
    }

    [Fact]
    public void Select_WokenWithRoomForOneEvent_ReportsTheDescriptorNext()
    {
        using var selector = new EpollSelector();
        using var pair = new DescriptorPair();
        pair.SendToNear();
        selector.Register(pair.Near, SelectorEvents.Read, 1);
        var ready = new SelectorEvent[1];
        int reported = 0;
        for (int i = 0; i < 10; i++)
        {
            selector.Wake();
            reported += selector.Select(ready, Timeout.InfiniteTimeSpan);
        }

        Assert.InRange(reported, 5, 10);
    }

    [Fact]
    public void CreateDefault_OnLinux_IsEpoll()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it is another.");
        using Selector selector = Selector.CreateDefault();

        Assert.IsType<EpollSelector>(selector);
    }
}
