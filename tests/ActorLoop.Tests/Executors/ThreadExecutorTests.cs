using Xunit;

namespace ActorLoop.Tests.Executors;

public sealed class ThreadExecutorTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);

    [Fact(DisplayName = "EX-01 Workers are named background threads, started only when nobody is free")]
    public async Task Execute_OneAfterTheOther_ReusesTheThread()
    {
        await using var executor = new ThreadExecutor("mine", maxThreads: 4);
        HashSet<string> names = [];
        for (int i = 0; i < 5; i++)
        {
            names.Add(await Run(executor, () => $"{Thread.CurrentThread.Name} {Thread.CurrentThread.IsBackground}"));

            // A worker counts as free a moment after its work has ended; another thread may be started until then.
            Assert.All(names, name => Assert.Matches("^mine-[1-4] True$", name));
        }

        Assert.InRange(names.Count, 1, 4);
    }

    [Fact(DisplayName = "EX-01 No more threads run than are allowed; the rest waits in order")]
    public async Task Execute_MoreWorkThanThreads_QueuesInOrder()
    {
        await using var executor = new ThreadExecutor(maxThreads: 1);
        using var gate = new ManualResetEventSlim();
        List<int> order = [];
        Task<bool> first = Run(executor, () => gate.Wait(s_bound));
        Task<bool>[] others = [.. Enumerable.Range(0, 10).Select(i => Run(executor, () =>
        {
            order.Add(i);
            return true;
        }))];
        Assert.Empty(order);
        gate.Set();
        await Task.WhenAll(others).WaitAsync(s_bound, TestContext.Current.CancellationToken);
        Assert.True(await first);
        Assert.Equal(Enumerable.Range(0, 10), order);
    }

    [Fact(DisplayName = "EX-01 Work of several callers runs at the same time")]
    public async Task Execute_SeveralBlockingWorks_RunSideBySide()
    {
        await using var executor = new ThreadExecutor(maxThreads: 3);
        using var barrier = new Barrier(3);
        Task<bool>[] works = [.. Enumerable.Range(0, 3).Select(_ => Run(executor, () => barrier.SignalAndWait(s_bound)))];
        Assert.All(await Task.WhenAll(works), Assert.True);
    }

    [Fact(DisplayName = "EX-01 Work of many threads runs exactly once, whatever the shutdown refuses")]
    public async Task Execute_FromManyThreadsDuringAShutdown_LosesNothing()
    {
        var executor = new ThreadExecutor(maxThreads: 3);
        int accepted = 0;
        int ran = 0;
        void Produce()
        {
            try
            {
                for (int i = 0; i < 2_000; i++)
                {
                    executor.Execute(() => Interlocked.Increment(ref ran));
                    Interlocked.Increment(ref accepted);
                }
            }
            catch (InvalidOperationException)
            {
                // The shutdown came first.
            }
        }

        Task[] producers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(Produce))];
        while (Volatile.Read(ref ran) < 500)
        {
            await Task.Yield();
        }

        Assert.True(await executor.ShutdownAsync(s_bound, TestContext.Current.CancellationToken));
        await Task.WhenAll(producers);
        Assert.Equal(accepted, ran);
        Assert.NotEqual(0, ran);
    }

    [Fact(DisplayName = "EX-04 Shutdown runs what is queued, waits for it, and refuses more")]
    public async Task Shutdown_WithQueuedWork_WaitsForIt()
    {
        var executor = new ThreadExecutor(maxThreads: 1);
        using var gate = new ManualResetEventSlim();
        Task<bool> running = Run(executor, () => gate.Wait(s_bound));
        Task<bool> queued = Run(executor, () => true);
        Task<bool> shutdown = executor.ShutdownAsync(s_bound, TestContext.Current.CancellationToken);
        Assert.Throws<InvalidOperationException>(() => executor.Execute(() => { }));
        Assert.False(shutdown.IsCompleted);
        gate.Set();
        Assert.True(await shutdown);
        Assert.True(running.IsCompleted && queued.IsCompleted);
        Assert.True(await executor.ShutdownAsync(TimeSpan.Zero, TestContext.Current.CancellationToken));
    }

    [Fact(DisplayName = "EX-04 Shutdown gives up after its timeout")]
    public async Task Shutdown_WithWorkThatDoesNotEnd_GivesUp()
    {
        var executor = new ThreadExecutor(maxThreads: 1);
        using var gate = new ManualResetEventSlim();
        Task<bool> running = Run(executor, () => gate.Wait(s_bound));
        Assert.False(await executor.ShutdownAsync(TimeSpan.Zero, TestContext.Current.CancellationToken));
        Assert.False(await executor.ShutdownAsync(TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken));
        gate.Set();
        Assert.True(await executor.ShutdownAsync(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken));
        Assert.True(await running);
    }

    [Fact(DisplayName = "An executor that was never used shuts down at once")]
    public async Task Shutdown_OfAnUnusedExecutor_IsDone() =>
        Assert.True(await new ThreadExecutor().ShutdownAsync(TimeSpan.Zero, TestContext.Current.CancellationToken));

    [Fact(DisplayName = "Workers do not keep the context of the work that started them")]
    public async Task Execute_WithAsyncLocals_DoesNotFlowThem()
    {
        var local = new AsyncLocal<int> { Value = 5 };
        await using var executor = new ThreadExecutor();
        var seen = new TaskCompletionSource<int>();
        executor.Execute(() => seen.SetResult(local.Value));
        Assert.Equal(0, await seen.Task);
    }

    [Fact(DisplayName = "Bad arguments of an executor are refused by name")]
    public async Task Arguments_ThatAreBad_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("maxThreads", () => new ThreadExecutor(maxThreads: 0));
        Assert.Throws<ArgumentException>("name", () => new ThreadExecutor(""));
        await using var executor = new ThreadExecutor();
        Assert.Throws<ArgumentNullException>("work", () => executor.Execute(null!));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("timeout", () => executor.ShutdownAsync(TimeSpan.FromSeconds(-2)));
        Assert.InRange(executor.MaxThreads, 5, 32);
    }

    private static Task<T> Run<T>(LoopExecutor executor, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        executor.Execute(() => done.SetResult(work()));
        return done.Task;
    }
}
