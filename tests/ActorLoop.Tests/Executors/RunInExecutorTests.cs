using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Executors;

public sealed class RunInExecutorTests : IDisposable
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);
    private readonly TestLoop _test = new(new EventLoopOptions { Name = "edge" });

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "EX-01 Work runs on a worker of the default executor and its result comes back to the loop")]
    public void RunInExecutor_WithoutAnExecutor_UsesTheDefaultOne() => _test.Run(async () =>
    {
        string name = await Loop.RunInExecutorAsync(null, () => $"{Thread.CurrentThread.Name} {Loop.IsOnLoop}");
        Assert.Equal("edge-worker-1 False", name);
        Assert.True(Loop.IsOnLoop);
        Assert.NotNull(EventLoop.CurrentTask);
        bool ran = false;
        await Loop.RunInExecutorAsync(null, () => { ran = true; });
        Assert.True(ran);
    });

    [Fact(DisplayName = "EX-02 The default executor can be replaced; the one given is used and shut down with the loop")]
    public void SetDefaultExecutor_WithAnother_IsUsed()
    {
        var executor = new ThreadExecutor("other");
        Assert.Throws<ArgumentNullException>("executor", () => Loop.SetDefaultExecutor(null!));
        Loop.SetDefaultExecutor(executor);
        _test.Run(async () => Assert.Equal("other-1", await Loop.RunInExecutorAsync(null, () => Thread.CurrentThread.Name)));
        Loop.Close();
        Assert.Throws<InvalidOperationException>(() => executor.Execute(() => { }));
    }

    [Fact(DisplayName = "EX-03 After the shutdown of the default executor only an explicit one works")]
    public void RunInExecutor_AfterTheShutdown_NeedsAnExecutor() => _test.Run(async () =>
    {
        await Loop.RunInExecutorAsync(null, () => 1);
        await Loop.ShutdownDefaultExecutorAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.RunInExecutorAsync(null, () => 1));
        await using var executor = new ThreadExecutor();
        Assert.Equal(2, await Loop.RunInExecutorAsync(executor, () => 2));
    });

    [Fact(DisplayName = "EX-04 The shutdown waits for running work without blocking the loop")]
    public void ShutdownDefaultExecutor_WithRunningWork_DoesNotBlockTheLoop() => _test.Run(async () =>
    {
        using var gate = new ManualResetEventSlim();
        Task<bool> work = Loop.RunInExecutorAsync(null, () => gate.Wait(s_bound));
        Task shutdown = Loop.ShutdownDefaultExecutorAsync();
        await Task.Yield();
        Assert.False(shutdown.IsCompleted);
        gate.Set();
        await shutdown;
        Assert.True(await work);
    });

    [Fact(DisplayName = "EX-04 The shutdown is a no-op if there is no default executor, and gives up after its timeout")]
    public void ShutdownDefaultExecutor_Variations_End() => _test.Run(async () =>
    {
        using var unused = new TestLoop();
        Assert.True(unused.Loop.ShutdownDefaultExecutorAsync().IsCompletedSuccessfully);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            "timeout", () => Loop.ShutdownDefaultExecutorAsync(TimeSpan.FromSeconds(-2)));

        using var gate = new ManualResetEventSlim();
        Task<bool> work = Loop.RunInExecutorAsync(null, () => gate.Wait(s_bound));
        await Loop.ShutdownDefaultExecutorAsync(TimeSpan.FromMilliseconds(1));
        Assert.False(work.IsCompleted);
        gate.Set();
        Assert.True(await work);
    });

    [Fact(DisplayName = "EX-05 Canceled work that is queued never starts")]
    public void Cancel_OfQueuedWork_KeepsItFromStarting() => _test.Run(async () =>
    {
        await using var executor = new ThreadExecutor(maxThreads: 1);
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        bool ran = false;
        Task<bool> running = Loop.RunInExecutorAsync(executor, () => gate.Wait(s_bound));
        Task queued = Loop.RunInExecutorAsync(executor, () => { ran = true; }, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        gate.Set();
        Assert.True(await running);
        Assert.True(await executor.ShutdownAsync(s_bound));
        Assert.False(ran);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Loop.RunInExecutorAsync(null, () => { ran = true; }, cancellation.Token));
        Assert.False(ran);
    });

    [Fact(DisplayName = "EX-05 Canceled work that runs goes on, and its result is dropped")]
    public void Cancel_OfRunningWork_DropsItsResult() => _test.Run(async () =>
    {
        await using var executor = new ThreadExecutor();
        using var started = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        bool ended = false;
        Task work = Loop.RunInExecutorAsync(
            executor,
            () =>
            {
                started.Release();
                ended = gate.Wait(s_bound);
            },
            cancellation.Token);
        await started.WaitAsync(s_bound);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        Assert.False(ended);
        gate.Set();
        Assert.True(await executor.ShutdownAsync(s_bound));
        Assert.True(ended);
    });

    [Fact(DisplayName = "EX-05 Work that ends after the loop was closed calls nobody on it")]
    public async Task Work_ThatOutlivesTheLoop_CallsNobody()
    {
        await using var executor = new ThreadExecutor();
        using var gate = new ManualResetEventSlim();
        bool continued = false;
        LoopTask task = Loop.CreateTask(async _ =>
        {
            await Loop.RunInExecutorAsync(executor, () => gate.Wait(s_bound), CancellationToken.None);
            continued = true;
        });
        _test.RunTurn();
        Loop.Close();
        gate.Set();
        Assert.True(await executor.ShutdownAsync(s_bound, TestContext.Current.CancellationToken));
        Assert.False(continued);
        await Assert.ThrowsAsync<LoopClosedException>(() => Loop.RunInExecutorAsync(executor, () => 1));
        Assert.True(task.Task.IsCompleted);
    }

    [Fact(DisplayName = "EX-06 Work does not see the caller's async locals")]
    public void RunInExecutor_WithAsyncLocals_DoesNotFlowThem() => _test.Run(async () =>
    {
        var local = new AsyncLocal<int> { Value = 5 };
        Assert.Equal(0, await Loop.RunInExecutorAsync(null, () => local.Value));
    });

    [Fact(DisplayName = "EX-07 An exception of the work arrives as it is")]
    public void RunInExecutor_WorkThatThrows_GivesTheException() => _test.Run(async () =>
    {
        var failure = new IOException("mine");
        var canceled = new OperationCanceledException("mine too");
        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => Loop.RunInExecutorAsync<int>(null, () => throw failure)));
        Assert.Same(canceled, await Assert.ThrowsAsync<OperationCanceledException>(
            () => Loop.RunInExecutorAsync<int>(null, () => throw canceled)));
        await Assert.ThrowsAsync<ArgumentNullException>("work", () => Loop.RunInExecutorAsync(null, (Action)null!));
    });
}
