using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Executors;

/// <summary>Executors that somebody else wrote.</summary>
public sealed class CustomExecutorTests : IDisposable
{
    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "EX-02 An executor of one's own runs the work, as the given one and as the default one")]
    public void CustomExecutor_GivenOrDefault_RunsTheWork() => _test.Run(async () =>
    {
        var executor = new QueueExecutor();
        Task<string?> first = Loop.RunInExecutorAsync(executor, () => Thread.CurrentThread.Name);
        Assert.False(first.IsCompleted);
        executor.RunAll();
        Assert.Equal("queue", await first);
        Loop.SetDefaultExecutor(executor);
        Task<string?> second = Loop.ToThreadAsync(() => Thread.CurrentThread.Name);
        executor.RunAll();
        Assert.Equal("queue", await second);
        Assert.True(Loop.IsOnLoop);
    });

    [Fact(DisplayName = "EX-01 An executor that runs work inside of Execute is fine")]
    public void CustomExecutor_RunningInline_Works() => _test.Run(async () =>
    {
        var executor = new QueueExecutor { IsInline = true };
        Assert.True(await Loop.RunInExecutorAsync(executor, () => Loop.IsOnLoop));
    });

    [Fact(DisplayName = "EX-04 Each executor is shut down by its owner: the default one by the loop, with the loop's timeout")]
    public void CustomExecutor_AsDefault_IsShutDownByTheLoop() => _test.Run(async () =>
    {
        var replaced = new QueueExecutor();
        var executor = new QueueExecutor();
        Loop.SetDefaultExecutor(replaced);
        Loop.SetDefaultExecutor(executor);
        Task<int> stuck = Loop.RunInExecutorAsync(null, () => 1);
        await Loop.ShutdownDefaultExecutorAsync(TimeSpan.FromMilliseconds(20));
        Assert.Equal([TimeSpan.FromMilliseconds(20)], executor.Shutdowns);
        Assert.Empty(replaced.Shutdowns);
        executor.RunAll();
        Assert.Equal(1, await stuck);
    });

    [Fact(DisplayName = "EX-02 An executor that refuses work tells its caller so, and nobody else")]
    public void CustomExecutor_Refusing_TellsTheCaller() => _test.Run(async () =>
    {
        var failure = new InvalidTimeZoneException("full");
        var executor = new QueueExecutor { Refusal = failure };
        using var canceled = new CancellationTokenSource();
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidTimeZoneException>(
            () => Loop.RunInExecutorAsync(executor, () => 1, canceled.Token)));
        executor.Refusal = null;
        Task<int> next = Loop.RunInExecutorAsync(executor, () => 2);
        executor.RunAll();
        Assert.Equal(2, await next);
    });

    [Fact(DisplayName = "EX-04 An executor that fails to shut down is reported, and the loop still closes in full")]
    public void CustomExecutor_FailingToShutDown_IsReportedAtClose()
    {
        var failure = new InvalidTimeZoneException("shutdown");
        Loop.SetDefaultExecutor(new QueueExecutor { ShutdownFailure = failure });
        Loop.AddSignalHandler(System.Runtime.InteropServices.PosixSignal.SIGHUP, () => { });
        Loop.Close();
        Assert.Same(failure, Assert.Single(_test.Errors).Exception);
        Assert.False(Loop.RemoveSignalHandler(System.Runtime.InteropServices.PosixSignal.SIGHUP));
    }

    private sealed class QueueExecutor : LoopExecutor
    {
        private readonly Queue<Action> _queue = new();

        public bool IsInline { get; init; }

        public Exception? Refusal { get; set; }

        public Exception? ShutdownFailure { get; init; }

        public List<TimeSpan> Shutdowns { get; } = [];

        public override void Execute(Action work)
        {
            if (Refusal is not null)
            {
                throw Refusal;
            }

            if (IsInline)
            {
                work();
            }
            else
            {
                _queue.Enqueue(work);
            }
        }

        public override Task<bool> ShutdownAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
        {
            if (ShutdownFailure is not null)
            {
                throw ShutdownFailure;
            }

            Shutdowns.Add(timeout);
            return Task.FromResult(_queue.Count == 0);
        }

        public void RunAll()
        {
            while (_queue.TryDequeue(out Action? work))
            {
                var thread = new Thread(() => work()) { Name = "queue", IsBackground = true };
                thread.Start();
                thread.Join();
            }
        }
    }
}
