using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Names;

// If this fails, one name server that does not answer stops every other lookup of the process.
public sealed class BlockingNameResolverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "DN-02 F15 Lookups run on threads of their own, neither the default executor's nor the thread pool's")]
    public async Task Lookup_OfAResolver_RunsOnItsThreads()
    {
        using var resolver = new GatedResolver(maxThreads: 2);
        using var running = new RunningLoop(EventLoop.Create(new EventLoopOptions { NameResolver = resolver }));
        NameInfo name = await running.Loop.GetNameInfoAsync(new IPEndPoint(IPAddress.Loopback, 7), default, Token);
        Assert.Equal(new NameInfo("gated-1", "7"), name);
    }

    [Fact(DisplayName = "F15 Names that hang do not keep others from being resolved, however many ask for them")]
    public async Task Lookup_WhileOneNameHangs_IsNotDelayed()
    {
        using var resolver = new GatedResolver(maxThreads: 2);
        Task[] hanging = [.. Enumerable.Range(0, 500).Select(_ => Ask(resolver, "hang.test"))];
        await Ask(resolver, "good.test");
        NameResolverStatistics statistics = resolver.Statistics;
        Assert.Equal(1, statistics.Running);
        Assert.Equal(499, statistics.Shared);
        Assert.Equal(2, statistics.Threads);
        resolver.Open();
        await Task.WhenAll(hanging);
        Assert.Equal(2, resolver.Calls);
    }

    [Fact(DisplayName = "F15 A lookup that was given up loses its claim on a thread: others go on")]
    public async Task Lookup_WhenAllThreadsHang_GoesOnAfterTheyAreGivenUp()
    {
        using var resolver = new GatedResolver(maxThreads: 2);
        using var giveUp = new CancellationTokenSource();
        Task[] hanging = [Ask(resolver, "hang1.test", giveUp.Token), Ask(resolver, "hang2.test", giveUp.Token)];
        Patience.WaitFor(() => resolver.Calls == 2, "both threads hang");
        Task good = Ask(resolver, "good.test");
        Assert.Equal(1, resolver.Statistics.Waiting);
        await giveUp.CancelAsync();
        await good;
        foreach (Task task in hanging)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        Assert.Equal((2, 2L), (resolver.Statistics.Abandoned, resolver.Statistics.GivenUp));

        // Who asks again for a name that hangs joins the lookup that is under way; it counts again.
        Task again = Ask(resolver, "hang1.test");
        Assert.Equal((1, 1), (resolver.Statistics.Abandoned, resolver.Statistics.Running));
        resolver.Open();
        await again;
        Assert.Equal(3, resolver.Calls);
        Patience.WaitFor(() => resolver.Statistics is { Threads: <= 2, Abandoned: 0, Running: 0 }, "no more threads than allowed");
    }

    [Fact(DisplayName = "F15 There are never more than four times the threads; what is beyond waits and can be given up")]
    public async Task Lookup_BeyondTheThreads_Waits()
    {
        using var resolver = new GatedResolver(maxThreads: 2);
        List<Task<IReadOnlyList<AddressInfo>>> hanging = [];
        for (int i = 1; i <= 8; i++)
        {
            using var giveUp = new CancellationTokenSource();
            hanging.Add(Ask(resolver, $"hang{i}.test", giveUp.Token));
            int calls = i;
            Patience.WaitFor(() => resolver.Calls == calls, "another thread hangs");
            await giveUp.CancelAsync();
        }

        Assert.All(hanging, task => Assert.True(task.IsCanceled));
        Assert.Equal((8, 8), (resolver.Statistics.Threads, resolver.Statistics.Abandoned));
        using var late = new CancellationTokenSource();
        Task waiting = Ask(resolver, "good.test", late.Token);
        Task another = Ask(resolver, "fine.test");
        Assert.Equal((8, 2), (resolver.Statistics.Threads, resolver.Statistics.Waiting));
        await late.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, resolver.Statistics.Waiting);
        resolver.Open();
        await another;
        Assert.Equal(9, resolver.Calls);
    }

    [Fact(DisplayName = "F15 A full queue refuses at once")]
    public async Task Lookup_WithAFullQueue_IsRefused()
    {
        using var resolver = new GatedResolver(maxThreads: 1);
        Task first = Ask(resolver, "hang.test");
        Patience.WaitFor(() => resolver.Calls == 1, "the thread hangs");
        Task[] waiting = [.. Enumerable.Range(0, BlockingNameResolver.MaxWaiting).Select(i => Ask(resolver, $"good{i}.test"))];
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => Ask(resolver, "one-more.test"));
        Assert.Equal(SocketError.TryAgain, refused.SocketErrorCode);
        Assert.Equal(1, resolver.Statistics.Refused);
        resolver.Open();
        await first;
        await Task.WhenAll(waiting);
    }

    [Fact(DisplayName = "F15 A resolver that throws fails its lookup and no other")]
    public async Task Lookup_ThatThrows_FailsAlone()
    {
        using var resolver = new GatedResolver(maxThreads: 1);
        Assert.Equal("on purpose", (await Assert.ThrowsAsync<SocketException>(() => Ask(resolver, "fail.test"))).Message);
        await Ask(resolver, "good.test");
        Assert.Equal(2, resolver.Statistics.Completed);
    }

    [Fact(DisplayName = "F15 A resolver that hangs for some names delays nobody who asks for others")]
    public async Task Loop_WhileLookupsHang_ResolvesOthers()
    {
        using var resolver = new GatedResolver(maxThreads: 4);
        using var running = new RunningLoop(EventLoop.Create(new EventLoopOptions { NameResolver = resolver }));
        EventLoop loop = running.Loop;
        await running.DoAsync(async () =>
        {
            using var giveUp = new CancellationTokenSource();
            Task[] hanging =
            [
                .. Enumerable.Range(0, 64).Select(i => loop.GetAddressInfoAsync($"hang{i % 3}.test", 80, null, giveUp.Token)),
            ];
            for (int i = 0; i < 100; i++)
            {
                Assert.NotEmpty(await loop.GetAddressInfoAsync($"good{i}.test", 80));
                Assert.True(loop.IsOnLoop);
            }

            Assert.All(hanging, task => Assert.False(task.IsCompleted));
            await giveUp.CancelAsync();
            await Task.WhenAll(hanging).ContinueWith(_ => { }, TaskScheduler.Default);
            Assert.All(hanging, task => Assert.True(task.IsCanceled));
        });
    }

    [Fact(DisplayName = "Bad arguments of a resolver are refused")]
    public void Resolver_WithBadArguments_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>("maxThreads", () => new GatedResolver(maxThreads: 0));

    private static Task<IReadOnlyList<AddressInfo>> Ask(GatedResolver resolver, string host,
        CancellationToken cancellationToken = default) =>
        resolver.GetAddressInfoAsync(host, null, new AddressInfoOptions(), cancellationToken);
}
