using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Executors;

public sealed class ToThreadTests : IDisposable
{
    private readonly TestLoop _test = new(new EventLoopOptions { Name = "edge" });

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "EX-06 ToThread runs on the default executor, and its result comes back to the loop")]
    public void ToThread_Work_RunsOnAWorker() => _test.Run(async () =>
    {
        Assert.Equal("edge-worker-1", await Loop.ToThreadAsync(() => Thread.CurrentThread.Name));
        Assert.True(Loop.IsOnLoop);
        bool onALoop = true;
        await Loop.ToThreadAsync(() => { onALoop = EventLoop.CurrentOrDefault is not null || SynchronizationContext.Current is not null; });
        Assert.False(onALoop);
    });

    [Fact(DisplayName = "EX-06 ToThread copies the caller's async locals; what the work changes stays its own")]
    public void ToThread_WithAsyncLocals_CopiesThem() => _test.Run(async () =>
    {
        var local = new AsyncLocal<string> { Value = "caller" };
        string? seen = await Loop.ToThreadAsync(() =>
        {
            string? found = local.Value;
            local.Value = "worker";
            return found;
        });
        Assert.Equal("caller", seen);
        Assert.Equal("caller", local.Value);
        Assert.Null(await Loop.RunInExecutorAsync(null, () => local.Value));
    });

    [Fact(DisplayName = "EX-06 ToThread copies nothing where the caller suppresses the flow of its context")]
    public void ToThread_WithSuppressedFlow_CopiesNothing() => _test.Run(async () =>
    {
        var local = new AsyncLocal<string> { Value = "caller" };
        Task<string?> work;
        using (ExecutionContext.SuppressFlow())
        {
            work = Loop.ToThreadAsync<string?>(() => local.Value);
        }

        Assert.Null(await work);
    });

    [Fact(DisplayName = "EX-07 EX-05 ToThread gives exceptions as they are, and cancels work that has not started")]
    public void ToThread_FailureAndCancellation_AreTheCallers() => _test.Run(async () =>
    {
        var failure = new IOException("mine");
        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => Loop.ToThreadAsync(() => throw failure)));
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();
        bool ran = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Loop.ToThreadAsync(() => { ran = true; }, canceled.Token));
        Assert.False(ran);
        await Assert.ThrowsAsync<ArgumentNullException>("work", () => Loop.ToThreadAsync((Action)null!));
        await Assert.ThrowsAsync<ArgumentNullException>("work", () => Loop.ToThreadAsync((Func<int>)null!));
    });

    [Fact(DisplayName = "EX-03 ToThread is refused after the shutdown of the default executor, and on a closed loop")]
    public void ToThread_AfterTheEnd_IsRefused()
    {
        _test.Run(async () =>
        {
            await Loop.ShutdownDefaultExecutorAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.ToThreadAsync(() => 1));
        });
        Loop.Close();
        Assert.Throws<LoopClosedException>(() => { _ = Loop.ToThreadAsync(() => 1); });
    }
}
