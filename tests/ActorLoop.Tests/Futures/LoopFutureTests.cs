using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Futures;

public sealed class LoopFutureTests : IDisposable
{
    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "FU-01 A future is pending until it has a result")]
    public void Future_WithResult_IsDone()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        Assert.False(future.IsDone);
        Assert.Same(Loop, future.Loop);

        future.SetResult(7);

        Assert.True(future.IsDone);
        Assert.False(future.IsCanceled);
        Assert.Equal(7, future.Result);
        Assert.Null(future.Exception);
    }

    [Fact(DisplayName = "FU-01 The outcome of a future is set once")]
    public void Future_ThatIsDone_RefusesAnotherOutcome()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        future.SetResult(1);

        Assert.Throws<InvalidOperationException>(() => future.SetResult(2));
        Assert.Throws<InvalidOperationException>(() => future.SetException(new IOException()));
        Assert.False(future.TrySetResult(2));
        Assert.False(future.TrySetException(new IOException()));
        Assert.Equal(1, future.Result);
    }

    [Fact(DisplayName = "FU-02 Callbacks run in the next turn, in the order of registration, and get the future")]
    public void DoneCallbacks_OfACompletedFuture_RunInTheNextTurnInOrder()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        List<string> order = [];
        foreach (string name in new[] { "a", "b", "c" })
        {
            future.AddDoneCallback(done => order.Add(name + ReferenceEquals(done, future)));
        }

        Loop.CallSoon(() =>
        {
            future.SetResult(1);
            order.Add("set");
            Loop.CallSoon(() => order.Add("later"));
        });
        _test.RunTurn();
        Assert.Equal(["set"], order);

        _test.RunTurn();
        Assert.Equal(["set", "aTrue", "bTrue", "cTrue", "later"], order);
    }

    [Fact(DisplayName = "FU-02 A callback added to a done future is queued at once")]
    public void DoneCallback_AddedToADoneFuture_IsQueued()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        future.SetResult(1);
        int calls = 0;
        future.AddDoneCallback(_ => calls++);
        Assert.Equal(0, calls);

        _test.RunTurn();
        Assert.Equal(1, calls);
    }

    [Fact(DisplayName = "FU-02 Each callback runs in the context it was registered in")]
    public void DoneCallbacks_WithDifferentContexts_SeeTheirOwn()
    {
        var local = new AsyncLocal<string?>();
        LoopFuture<int> future = Loop.CreateFuture<int>();
        List<string?> seen = [];
        Action<LoopFuture> look = _ => seen.Add(local.Value);
        local.Value = "given";
        ExecutionContext given = ExecutionContext.Capture()!;
        local.Value = "first";
        future.AddDoneCallback(look);
        local.Value = "second";
        future.AddDoneCallback(look);
        future.AddDoneCallback(look, given);
        local.Value = "completing";
        future.SetResult(1);

        _test.RunTurn();

        Assert.Equal(["first", "second", "given"], seen);
        Assert.Equal("completing", local.Value);
    }

    [Fact(DisplayName = "FU-02 A callback that throws is reported and keeps no other from running")]
    public void DoneCallback_ThatThrows_IsReported()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        int calls = 0;
        future.AddDoneCallback(_ => throw new IOException("mine"));
        future.AddDoneCallback(_ => calls++);
        future.SetResult(1);

        _test.RunTurn();

        Assert.Equal(1, calls);
        Assert.Equal("mine", Assert.Single(_test.Errors).Exception!.Message);
    }

    [Fact(DisplayName = "FU-03 Removing a callback removes all equal registrations and says how many")]
    public void RemoveDoneCallback_OfSeveralRegistrations_RemovesAll()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        List<string> order = [];
        void Same(LoopFuture done) => order.Add("same");
        future.AddDoneCallback(Same);
        future.AddDoneCallback(_ => order.Add("other"));
        future.AddDoneCallback(Same);
        future.AddDoneCallback(_ => order.Add("last"));

        Assert.Equal(2, future.RemoveDoneCallback(Same));
        Assert.Equal(0, future.RemoveDoneCallback(Same));

        future.SetResult(1);
        _test.RunTurn();
        Assert.Equal(["other", "last"], order);
        Assert.Equal(0, future.RemoveDoneCallback(Same));
    }

    [Fact(DisplayName = "FU-04 A pending future has neither result nor exception")]
    public void Outcome_OfAPendingFuture_Throws()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        Assert.Throws<InvalidOperationException>(() => future.Result);
        Assert.Throws<InvalidOperationException>(() => future.Exception);
        Assert.Throws<InvalidOperationException>(() => future.GetAwaiter());
    }

    [Fact(DisplayName = "FU-04 A failed future throws its exception as it is")]
    public void Result_OfAFailedFuture_ThrowsTheException()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        var failure = new IOException("mine");
        future.SetException(failure);

        Assert.Same(failure, future.Exception);
        Assert.Same(failure, Assert.Throws<IOException>(() => future.Result));
    }

    [Fact(DisplayName = "FU-04 A canceled future throws OperationCanceledException with the message of the cancel")]
    public void Outcome_OfACanceledFuture_ThrowsWithTheMessage()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        future.Cancel("no longer needed");

        Assert.Equal("no longer needed", Assert.Throws<OperationCanceledException>(() => future.Result).Message);
        Assert.Equal("no longer needed", Assert.Throws<OperationCanceledException>(() => future.Exception).Message);
    }

    [Fact(DisplayName = "FU-05 Cancel is true once, queues the callbacks, and is false on a done future")]
    public void Cancel_OfAPendingAndADoneFuture_SaysWhetherItDidSomething()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        int calls = 0;
        future.AddDoneCallback(_ => calls++);

        Assert.True(future.Cancel());
        Assert.False(future.Cancel());
        Assert.True(future.IsDone);
        Assert.True(future.IsCanceled);
        Assert.Equal(0, calls);

        _test.RunTurn();
        Assert.Equal(1, calls);
    }

    [Fact(DisplayName = "A null exception or callback is refused")]
    public void Arguments_ThatAreNull_AreRefused()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        Assert.Throws<ArgumentNullException>("exception", () => future.SetException(null!));
        Assert.Throws<ArgumentNullException>("callback", () => future.AddDoneCallback(null!));
        Assert.Throws<ArgumentNullException>("callback", () => future.RemoveDoneCallback(null!));
        Assert.False(future.IsDone);
    }

    [Fact(DisplayName = "LC-14 A future can be made and completed on a closed loop; its callbacks are dropped")]
    public void CreateFuture_OnAClosedLoop_Works()
    {
        Loop.Close();
        LoopFuture<int> future = Loop.CreateFuture<int>();
        int calls = 0;
        future.AddDoneCallback(_ => calls++);
        future.SetResult(3);
        Assert.Equal(3, future.Result);
        Assert.Equal(0, calls);
    }

    [Fact(DisplayName = "DB-04 A future tells its kind and state, and in debug mode where it was made")]
    public void ToString_OfAFuture_DescribesIt()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        Assert.Equal("LoopFuture<Int32> pending", future.ToString());
        Loop.Debug = true;
        LoopFuture<int> traced = Loop.CreateFuture<int>();
        traced.SetException(new IOException());
        _ = traced.Exception;
        Assert.StartsWith("LoopFuture<Int32> failed with IOException, created at ", traced.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(ToString_OfAFuture_DescribesIt), traced.ToString(), StringComparison.Ordinal);
    }
}
