using ActorLoop.TestKit;
using ActorLoop.Tests.Selectors;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>What loops leave open when they have gone: nothing.</summary>
[Collection(Census.Name)]
public sealed class LoopCensusTests
{
    [Fact]
    public void EpollLoop_Closed_LeavesNothingOpen() => NothingLeftBy<EpollLoops>();

    [Fact]
    public void PollLoop_Closed_LeavesNothingOpen() => NothingLeftBy<PollLoops>();

    [Fact]
    public void SelectLoop_Closed_LeavesNothingOpen() => NothingLeftBy<SelectLoops>();

    [Fact]
    public void SharedLoop_Closed_LeavesNothingOpen() => NothingLeftBy<SharedSelectorLoops>();

    [Fact]
    public void Run_ThatFails_LeavesNothingOpen() => DescriptorCensus.NothingLeftBy(() =>
    {
        for (int i = 0; i < 10; i++)
        {
            Assert.Throws<IOException>(() => EventLoop.Run(_ => throw new IOException()));
        }
    });

    [Theory]
    [InlineData(SelectorSharing.PerLoop)]
    [InlineData(SelectorSharing.Shared)]
    public void Group_Stopped_LeavesNothingOpen(SelectorSharing sharing) => DescriptorCensus.NothingLeftBy(() =>
    {
        var group = new EventLoopGroup(3, new EventLoopGroupOptions { SelectorSharing = sharing });
        Assert.True(group.StopAsync(TimeSpan.Zero).Wait(Patience.Bound));
    });

    private static void NothingLeftBy<TKind>()
        where TKind : ILoopKind, new() => DescriptorCensus.NothingLeftBy(() =>
    {
        using var pair = new DescriptorPair();
        using var kind = new TKind();
        for (int i = 0; i < 20; i++)
        {
            using EventLoop loop = kind.Create(new EventLoopOptions());
            pair.SendToNear();
            kind.ExpectReady(1);
            loop.AddReader(pair.Near, () =>
            {
                pair.ReceiveAtNear();
                loop.RemoveReader(pair.Near);
                loop.AddWriter(pair.Near, () => { });
            });
            loop.RunUntilComplete(async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), loop.TimeProvider);
                await Task.Run(() => { });
            });
            _ = loop.RunInExecutorAsync(null, () => { });
        }
    });
}
