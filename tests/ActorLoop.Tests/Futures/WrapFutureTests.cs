using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Futures;

public sealed class WrapFutureTests : IDisposable
{
    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "FU-08 A wrapped task gives its result or exception to the loop")]
    public void WrapFuture_OfATask_TakesItsOutcome() => _test.Run(async () =>
    {
        var good = new TaskCompletionSource<int>();
        var bad = new TaskCompletionSource<int>();
        var failure = new IOException("mine");
        LoopFuture<int> result = Loop.WrapFuture(good.Task);
        LoopFuture<int> exception = Loop.WrapFuture(bad.Task);
        _ = Task.Run(() => good.SetResult(6));
        _ = Task.Run(() => bad.SetException(failure));

        Assert.Equal(6, await result);
        Assert.True(Loop.IsOnLoop);
        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(async () => await exception));
        Assert.Equal(3, await Loop.WrapFuture(Task.FromResult(3)));
    });

    [Fact(DisplayName = "FU-08 Canceling the wrapping future cancels the task, and not inside the call")]
    public void Cancel_OfTheWrappingFuture_CancelsTheTask()
    {
        using var cancellation = new CancellationTokenSource();
        var source = new TaskCompletionSource<int>();
        using CancellationTokenRegistration registration = cancellation.Token.Register(() => source.TrySetCanceled());
        LoopFuture<int> future = Loop.WrapFuture(source.Task, cancellation);

        Assert.True(future.Cancel());
        Assert.False(source.Task.IsCompleted);
        _test.RunTurns(2);

        Assert.True(source.Task.IsCanceled);
        Assert.Empty(_test.Errors);
    }

    [Fact(DisplayName = "FU-08 Canceling the task cancels the wrapping future")]
    public void Cancel_OfTheTask_CancelsTheWrappingFuture()
    {
        var source = new TaskCompletionSource<int>();
        LoopFuture<int> future = Loop.WrapFuture(source.Task);
        source.SetCanceled(TestContext.Current.CancellationToken);
        Assert.False(future.IsDone);
        _test.RunTurn();
        Assert.True(future.IsCanceled);
    }

    [Fact(DisplayName = "FU-08 A task that ends after the loop was closed is dropped silently")]
    public void Completion_AfterTheLoopWasClosed_IsDropped()
    {
        var source = new TaskCompletionSource<int>();
        LoopFuture<int> future = Loop.WrapFuture(source.Task);
        int calls = 0;
        future.AddDoneCallback(_ => calls++);
        Loop.Close();

        source.SetException(new IOException());

        Assert.Equal(0, calls);
        Assert.Empty(_test.Errors);
        Assert.Throws<LoopClosedException>(() => _ = Loop.WrapFuture(source.Task));
    }
}
