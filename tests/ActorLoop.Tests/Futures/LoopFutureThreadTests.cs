using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Futures;

public sealed class LoopFutureThreadTests : IDisposable
{
    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "Another thread cannot change a future while the loop runs")]
    public void Change_FromAnotherThreadDuringARun_Throws()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        LoopTask task = Loop.CreateTask(async ct => await future);
        Loop.CallSoon(() => TestLoop.OnOtherThread(() =>
        {
            Assert.Throws<InvalidOperationException>(() => future.SetResult(1));
            Assert.Throws<InvalidOperationException>(() => future.TrySetResult(1));
            Assert.Throws<InvalidOperationException>(() => future.SetException(new IOException()));
            Assert.Throws<InvalidOperationException>(() => future.Cancel());
            Assert.Throws<InvalidOperationException>(() => future.AddDoneCallback(_ => { }));
            Assert.Throws<InvalidOperationException>(() => future.RemoveDoneCallback(_ => { }));
            Assert.Throws<InvalidOperationException>(() => task.Cancel());
            Assert.Throws<InvalidOperationException>(() => task.Uncancel());
            Assert.False(future.IsDone);
            Assert.False(task.IsCanceled);
        }));
        _test.RunTurn();

        Assert.Empty(_test.Errors);
        Assert.False(future.IsDone);
        future.SetResult(1);
        _test.RunTurn();
        Assert.True(task.IsDone);
    }

    [Fact(DisplayName = "A future's Task gives its outcome to another thread")]
    public void Task_AwaitedOnAnotherThread_HasTheOutcome()
    {
        LoopFuture<int> good = Loop.CreateFuture<int>();
        LoopFuture<int> bad = Loop.CreateFuture<int>();
        LoopFuture<int> canceled = Loop.CreateFuture<int>();
        Task<int> early = good.Task;
        var failure = new IOException("mine");
        Loop.CallSoon(() =>
        {
            good.SetResult(4);
            bad.SetException(failure);
            canceled.Cancel("gone");
        });
        _test.RunTurn();

        TestLoop.OnOtherThread(() =>
        {
            Assert.Same(early, good.Task);
            Assert.Equal(4, early.GetAwaiter().GetResult());
            Assert.Same(failure, Assert.Throws<IOException>(() => bad.Task.GetAwaiter().GetResult()));
            var exception = Assert.Throws<OperationCanceledException>(() => canceled.Task.GetAwaiter().GetResult());
            Assert.Equal("gone", exception.Message);
            Assert.True(canceled.Task.IsCanceled);
        });
    }

    [Fact(DisplayName = "Completing a future never runs a continuation of its Task inline")]
    public void Task_WithAnInlineContinuation_DoesNotRunInsideTheLoop()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        using var ran = new ManualResetEventSlim();
        int thread = 0;
        _ = future.Task.ContinueWith(
            _ =>
            {
                thread = Environment.CurrentManagedThreadId;
                ran.Set();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        future.SetResult(1);
        Assert.True(ran.Wait(TimeSpan.FromSeconds(30)));
        Assert.NotEqual(Environment.CurrentManagedThreadId, thread);
    }

    [Fact(DisplayName = "The Task of a future taken while the future completes is always completed")]
    public async Task Task_TakenDuringCompletion_IsCompleted()
    {
        for (int i = 0; i < 2_000; i++)
        {
            LoopFuture<int> future = Loop.CreateFuture<int>();
            using var barrier = new Barrier(2);
            Task<int> taken = Task.Run(() =>
            {
                barrier.SignalAndWait();
                return future.Task;
            });
            barrier.SignalAndWait();
            future.SetResult(i);
            Assert.Equal(i, await taken.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }
    }
}
