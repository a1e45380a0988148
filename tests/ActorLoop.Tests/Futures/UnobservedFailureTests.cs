using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Futures;

public sealed class UnobservedFailureTests
{
    [Theory(DisplayName = "FU-06 A failure that nobody observes is reported once, after the grace period")]
    [InlineData(false)]
    [InlineData(true)]
    public void Failure_OfWhichNobodyAsks_IsReportedOnce(bool ofTask)
    {
        using TestLoop test = Create(TimeSpan.FromMilliseconds(1));
        var failure = new IOException("mine");
        LoopFuture future = Fail(test.Loop, failure, ofTask);
        test.RunUntil(() => test.Errors.Count > 0);
        test.RunTurns(3);

        LoopExceptionContext error = Assert.Single(test.Errors);
        Assert.Equal(LoopErrorKind.NeverRetrieved, error.Kind);
        Assert.Same(failure, error.Exception);
        Assert.Same(future, error.Future);
        Assert.EndsWith("exception was never retrieved", error.Message, StringComparison.Ordinal);
        Assert.Null(error.SourceTrace);
        Assert.Equal(0, test.Loop.Statistics.ActiveTimers);
    }

    [Fact(DisplayName = "FU-06 In debug mode the report says where the future was made")]
    public void Failure_InDebugMode_IsReportedWithItsOrigin()
    {
        using TestLoop test = Create(TimeSpan.Zero, debug: true);
        _ = Fail(test.Loop, new IOException(), ofTask: false);
        test.RunTurns(3);
        Assert.Contains(nameof(UnobservedFailureTests), Assert.Single(test.Errors).SourceTrace, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "FU-06 Whoever looks at a failure keeps it from being reported")]
    [InlineData("exception")]
    [InlineData("result")]
    [InlineData("task")]
    [InlineData("callback")]
    [InlineData("await")]
    [InlineData("other thread")]
    public void Failure_SomebodyLooksAt_IsNotReported(string how)
    {
        using TestLoop test = Create(TimeSpan.FromHours(1));
        var future = (LoopFuture<int>)Fail(test.Loop, new IOException(), ofTask: false);
        test.RunTurn();
        Assert.Equal(1, test.Loop.Statistics.ActiveTimers);

        switch (how)
        {
            case "exception":
                _ = future.Exception;
                break;
            case "result":
                Assert.Throws<IOException>(() => future.Result);
                break;
            case "task":
                _ = future.Task;
                break;
            case "callback":
                future.AddDoneCallback(_ => { });
                break;
            case "await":
                test.Run(async () => await Assert.ThrowsAsync<IOException>(async () => await future));
                break;
            case "other thread":
                test.Loop.CallSoon(() => TestLoop.OnOtherThread(() => _ = future.Task));
                break;
        }

        test.RunTurns(2);
        Assert.Equal(0, test.Loop.Statistics.ActiveTimers);
        test.Loop.Close();
        Assert.Empty(test.Errors);
    }

    [Theory(DisplayName = "FU-06 A failure that somebody waits for is never watched")]
    [InlineData("callback")]
    [InlineData("task")]
    [InlineData("await")]
    public void Failure_SomebodyWaitsFor_IsNotWatched(string how)
    {
        using TestLoop test = Create(TimeSpan.FromHours(1));
        LoopFuture<int> future = test.Loop.CreateFuture<int>();
        LoopTask? waiter = null;
        switch (how)
        {
            case "callback":
                future.AddDoneCallback(_ => { });
                break;
            case "task":
                _ = future.Task;
                break;
            case "await":
                waiter = test.Loop.CreateTask(async _ => await Assert.ThrowsAsync<IOException>(async () => await future));
                test.RunTurn();
                break;
        }

        future.SetException(new IOException());
        Assert.Equal(0, test.Loop.Statistics.ActiveTimers);
        test.RunUntil(() => waiter?.IsDone ?? true);
        test.Loop.Close();
        Assert.Empty(test.Errors);
    }

    [Fact(DisplayName = "FU-06 Closing the loop reports the failures nobody has looked at so far")]
    public void Failure_WhenTheLoopCloses_IsReported()
    {
        using TestLoop test = Create(TimeSpan.FromHours(1));
        LoopFuture future = Fail(test.Loop, new IOException("mine"), ofTask: true);
        test.RunTurn();
        test.Loop.Close();
        Assert.Same(future, Assert.Single(test.Errors).Task);
        test.Loop.Close();
        Assert.Single(test.Errors);
    }

    [Fact(DisplayName = "FU-06 A canceled future is no failure")]
    public void Cancel_ThatNobodyObserves_IsNotReported()
    {
        using TestLoop test = Create(TimeSpan.Zero);
        test.Loop.CreateFuture<int>().Cancel();
        _ = test.Loop.CreateTask(_ => throw new OperationCanceledException());
        test.RunTurns(3);
        test.Loop.Close();
        Assert.Empty(test.Errors);
    }

    private static TestLoop Create(TimeSpan delay, bool debug = false) =>
        new(new EventLoopOptions { UnobservedExceptionDelay = delay, Debug = debug });

    private static LoopFuture Fail(EventLoop loop, Exception failure, bool ofTask)
    {
        if (ofTask)
        {
            return loop.CreateTask(async _ =>
            {
                await Task.Yield();
                throw failure;
            });
        }

        LoopFuture<int> future = loop.CreateFuture<int>();
        future.SetException(failure);
        return future;
    }
}
