using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Futures;

public sealed class LoopFutureAwaitTests : IDisposable
{
    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "FU-02 An await continues in the next turn, never inside the call that completes the future")]
    public void Await_OfACompletedFuture_ContinuesThroughTheMailbox()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        List<string> order = [];
        _ = Loop.CreateTask(async _ =>
        {
            order.Add("waits");
            order.Add($"got {await future}");
        });
        Loop.CallSoon(() =>
        {
            future.SetResult(5);
            order.Add("set");
        });

        _test.RunTurn();
        Assert.Equal(["waits", "set"], order);
        _test.RunTurn();
        Assert.Equal(["waits", "set", "got 5"], order);
    }

    [Fact(DisplayName = "FU-02 Callbacks and awaits of one future keep their order")]
    public void Await_BetweenCallbacks_KeepsItsPlace()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        List<string> order = [];
        async Task WaitAsync(string name)
        {
            await future;
            order.Add(name);
        }

        Loop.CallSoon(() => future.AddDoneCallback(_ => order.Add("callback 1")));
        LoopTask first = Loop.CreateTask(_ => WaitAsync("await 1"));
        Loop.CallSoon(() => future.AddDoneCallback(_ => order.Add("callback 2")));
        LoopTask second = Loop.CreateTask(_ => WaitAsync("await 2"));
        _test.RunTurn();
        future.SetResult(1);
        _test.RunTurn();

        Assert.Equal(["callback 1", "await 1", "callback 2", "await 2"], order);
        Assert.True(first.IsDone && second.IsDone);
    }

    [Fact(DisplayName = "An await of a done future goes on without a turn in between")]
    public void Await_OfADoneFuture_DoesNotYield()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        future.SetResult(1);
        LoopTask<int> task = Loop.CreateTask(async _ => await future + await future);
        _test.RunTurn();
        Assert.Equal(2, task.Result);
    }

    [Fact(DisplayName = "An await throws what the future failed with, or that it was canceled")]
    public void Await_OfAFailedOrCanceledFuture_Throws() => _test.Run(async () =>
    {
        LoopFuture<int> failing = Loop.CreateFuture<int>();
        LoopFuture<int> canceled = Loop.CreateFuture<int>();
        var failure = new IOException("mine");
        Loop.CallSoon(() => failing.SetException(failure));
        Loop.CallSoon(() => canceled.Cancel("why not"));

        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(async () => await failing));
        var exception = await Assert.ThrowsAsync<OperationCanceledException>(async () => await canceled);
        Assert.Equal("why not", exception.Message);
    });

    [Fact(DisplayName = "A callback that is no task can await a future; it continues on the loop")]
    public void Await_OutsideOfATask_ContinuesOnTheLoop()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        var local = new AsyncLocal<int>();
        string? seen = null;
        async Task WaitAsync()
        {
            local.Value = 4;
            await future;
            seen = $"{Loop.IsOnLoop} {EventLoop.CurrentTask is null} {local.Value}";
        }

        Loop.CallSoon(() => _ = WaitAsync());
        _test.RunTurn();
        future.SetResult(1);
        _test.RunTurn();
        Assert.Equal("True True 4", seen);
    }

    [Fact(DisplayName = "The awaiter's OnCompleted brings the caller's context along")]
    public void OnCompleted_WithAContext_FlowsIt()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        var local = new AsyncLocal<int>();
        int seen = 0;
        Loop.CallSoon(() =>
        {
            local.Value = 9;
            future.GetAwaiter().OnCompleted(() => seen = local.Value);
        });
        _test.RunTurn();
        future.SetResult(1);
        _test.RunTurn();
        Assert.Equal(9, seen);
    }

    [Fact(DisplayName = "FU-07 Awaiting a future of another loop fails inside the awaiting task")]
    public void Await_OfAFutureOfAnotherLoop_Throws()
    {
        using var other = new TestLoop();
        LoopFuture<int> foreign = other.Loop.CreateFuture<int>();
        _test.Run(async () =>
        {
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await foreign);
            Assert.Contains("another loop", failure.Message, StringComparison.Ordinal);
        });
        foreign.SetResult(1);
    }

    [Fact(DisplayName = "FU-07 Awaiting a pending future where no loop runs fails and names the Task property")]
    public async Task Await_WhereNoLoopRuns_Throws()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await future);
        Assert.Contains("Task", failure.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "FU-07 A task that awaits itself fails")]
    public void Await_OfTheTaskItself_Throws()
    {
        LoopTask? self = null;
        self = Loop.CreateTask(async _ => await self!);
        _test.RunTurn();
        Assert.IsType<InvalidOperationException>(self.Exception);
    }
}
