using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Names;

/// <summary>How lookups end: by timeout, cancellation, the end of the loop.</summary>
public sealed class LookupEndTests : IDisposable
{
    private static readonly IReadOnlyList<AddressInfo> s_late =
        [new AddressInfo(new IPEndPoint(IPAddress.Loopback, 0), SocketType.Stream, ProtocolType.Tcp)];

    private readonly ScriptedResolver _resolver = new();
    private readonly ManualClock _clock = new();
    private readonly TestLoop _test;

    public LookupEndTests() =>
        _test = new TestLoop(_clock.CreateLoop, new EventLoopOptions { NameResolver = _resolver });

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "F15 A lookup that hangs ends with TimedOut after 30 s of the loop's clock, and its late answer is dropped")]
    public void Lookup_ThatHangs_TimesOut() => _test.Loop.RunUntilComplete(async () =>
    {
        TaskCompletionSource<IReadOnlyList<AddressInfo>> answer = _resolver.Hang("slow.test");
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => Loop.GetAddressInfoAsync("slow.test", 80));
        Assert.Equal(SocketError.TimedOut, failure.SocketErrorCode);
        Assert.InRange(_clock.Elapsed, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30.001));
        Assert.True(_resolver.Tokens[0].IsCancellationRequested);
        Assert.Equal(0, Loop.Statistics.Lookups);
        answer.SetResult(s_late);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    });

    [Fact(DisplayName = "F15 Each lookup may have a limit of its own")]
    public void Lookup_WithATimeout_ObeysIt() => _test.Loop.RunUntilComplete(async () =>
    {
        _resolver.Hang("slow.test");
        var options = new AddressInfoOptions { Timeout = TimeSpan.FromSeconds(2) };
        await Assert.ThrowsAsync<SocketException>(() => Loop.GetAddressInfoAsync("slow.test", 80, options));
        Assert.InRange(_clock.Elapsed, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.001));
    });

    [Fact(DisplayName = "F15 A lookup without a limit waits for its answer")]
    public void Lookup_WithoutALimit_Waits() => _test.Loop.RunUntilComplete(async () =>
    {
        TaskCompletionSource<IReadOnlyList<AddressInfo>> answer = _resolver.Hang("slow.test");
        var options = new AddressInfoOptions { Timeout = Timeout.InfiniteTimeSpan };
        Loop.CallLater(TimeSpan.FromDays(1), () => answer.SetResult(s_late));
        Assert.Single(await Loop.GetAddressInfoAsync("slow.test", 80, options));
        Assert.InRange(_clock.Elapsed, TimeSpan.FromDays(1), TimeSpan.FromDays(1.001));
    });

    [Fact(DisplayName = "F15 Canceling ends the wait at once, tells the resolver, and leaves no timer")]
    public void Cancel_OfALookup_EndsTheWait() => _test.Loop.RunUntilComplete(async () =>
    {
        _resolver.Hang("slow.test");
        using var cancellation = new CancellationTokenSource();
        Task<IReadOnlyList<AddressInfo>> lookup = Loop.GetAddressInfoAsync("slow.test", 80, null, cancellation.Token);
        Assert.Equal(1, Loop.Statistics.Lookups);
        Cancel(cancellation);
        OperationCanceledException canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lookup);
        Assert.Equal(cancellation.Token, canceled.CancellationToken);
        Assert.True(_resolver.Tokens[0].IsCancellationRequested);
        Assert.Equal(0, Loop.Statistics.Lookups);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Loop.GetAddressInfoAsync("other.test", 80, null, cancellation.Token));
        Assert.DoesNotContain("other.test", _resolver.Questions);
    });

    [Fact(DisplayName = "Canceling a task ends the lookup it awaits")]
    public void Cancel_OfTheTask_EndsItsLookup() => _test.Loop.RunUntilComplete(async () =>
    {
        _resolver.Hang("slow.test");
        LoopTask task = Loop.CreateTask(async _ => await Loop.GetAddressInfoAsync("slow.test", 80, null, CancellationToken.None));
        await Task.Yield();
        await Task.Yield();
        task.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await task);
        Assert.Equal(0, Loop.Statistics.Lookups);
    });

    [Fact(DisplayName = "DN-06 Closing the loop ends its lookups, and a late answer calls nobody")]
    public async Task Close_DuringALookup_CallsNobody()
    {
        TaskCompletionSource<IReadOnlyList<AddressInfo>> answer = _resolver.Hang("slow.test");
        bool called = false;
        Task<IReadOnlyList<AddressInfo>> lookup = Loop.GetAddressInfoAsync(
            "slow.test", 80, cancellationToken: TestContext.Current.CancellationToken);
        _ = Loop.CreateTask(async _ =>
        {
            try
            {
                await Loop.GetAddressInfoAsync("slow.test", 80, null, CancellationToken.None);
            }
            finally
            {
                called = true;
            }
        });
        _test.RunTurn();
        Assert.Equal(2, Loop.Statistics.Lookups);
        Loop.Close();
        Assert.Equal(0, Loop.Statistics.Lookups);
        await Assert.ThrowsAsync<LoopClosedException>(() => lookup);
        Assert.All(_resolver.Tokens, token => Assert.True(token.IsCancellationRequested));
        answer.SetResult(s_late);
        Assert.False(called);
    }

    // Not CancelAsync: what comes back from another thread comes back after virtual hours.
    private static void Cancel(CancellationTokenSource cancellation) => cancellation.Cancel();

    [Fact(DisplayName = "DN-01 Lookups may be asked for on any thread and end there")]
    public async Task GetAddressInfo_OnAnotherThread_Works()
    {
        using var running = new RunningLoop(EventLoop.Create());
        IReadOnlyList<AddressInfo> found = await running.Loop.GetAddressInfoAsync(
            "localhost", 80, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEmpty(found);
    }
}
