using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Futures;

public sealed class LoopTaskCancellationTests : IDisposable
{
    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "TK-04 A task canceled before its first step never runs its body")]
    public void Cancel_BeforeTheFirstStep_KeepsTheBodyFromRunning()
    {
        bool ran = false;
        LoopTask task = Loop.CreateTask(async _ =>
        {
            ran = true;
            await Task.Yield();
        });
        Assert.True(task.Cancel("too late"));
        Assert.False(task.IsDone);
        _test.RunTurn();
        Assert.True(task.IsCanceled);
        Assert.False(ran);
        Assert.Equal("too late", Assert.Throws<OperationCanceledException>(() => task.Exception).Message);
    }

    [Fact(DisplayName = "TK-04 Cancel interrupts the current await in the next turn, with the token canceled")]
    public void Cancel_OfAWaitingTask_InterruptsItsAwait()
    {
        bool tokenCanceled = false;
        LoopFuture<int> never = Loop.CreateFuture<int>();
        LoopTask task = Loop.CreateTask(async ct =>
        {
            try
            {
                await never;
            }
            catch (OperationCanceledException)
            {
                tokenCanceled = ct.IsCancellationRequested;
                throw;
            }
        });
        _test.RunTurn();
        Assert.True(task.Cancel("stop it"));
        Assert.False(task.IsDone);
        _test.RunTurn();

        Assert.True(task.IsCanceled);
        Assert.True(tokenCanceled);
        Assert.True(never.IsCanceled);
        Assert.Equal("stop it", Assert.Throws<OperationCanceledException>(() => task.GetAwaiter().GetResult()).Message);
        Assert.False(task.Cancel());
    }

    [Fact(DisplayName = "TK-04 Cancel interrupts an await of anything that was given the token")]
    public void Cancel_OfATaskThatAwaitsADelay_InterruptsIt()
    {
        LoopTask task = Loop.CreateTask(ct => Task.Delay(TimeSpan.FromHours(1), Loop.TimeProvider, ct));
        _test.RunTurn();
        Assert.Equal(1, Loop.Statistics.ActiveTimers);
        task.Cancel();
        _test.RunUntil(() => task.IsDone);
        _test.RunTurn();
        Assert.True(task.IsCanceled);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    }

    [Fact(DisplayName = "TK-05 Cancel is forwarded to the task that is awaited")]
    public void Cancel_OfATaskThatAwaitsATask_CancelsThatFirst()
    {
        List<string> order = [];
        LoopTask inner = Loop.CreateTask(async ct =>
        {
            try
            {
                await Loop.CreateFuture<int>();
            }
            finally
            {
                order.Add("inner");
            }
        });
        LoopTask outer = Loop.CreateTask(async ct =>
        {
            try
            {
                await inner;
            }
            finally
            {
                order.Add("outer");
            }
        });
        _test.RunTurn();
        Assert.True(outer.Cancel());
        Assert.Equal(1, inner.CancelRequests);
        _test.RunTurns(3);
        Assert.Equal(["inner", "outer"], order);
        Assert.True(inner.IsCanceled);
        Assert.True(outer.IsCanceled);
        Assert.Equal(1, inner.CancelRequests);
        Assert.Equal(1, outer.CancelRequests);
    }

    [Fact(DisplayName = "TK-05 An awaited task that ignores the cancel lets the outer one go on")]
    public void Cancel_ThatTheInnerTaskSwallows_DoesNotCancelTheOuter()
    {
        LoopTask<int> inner = Loop.CreateTask(async ct =>
        {
            try
            {
                await Loop.CreateFuture<int>();
            }
            catch (OperationCanceledException)
            {
                await Task.Yield();
            }

            return 5;
        });
        LoopTask<int> outer = Loop.CreateTask(async _ => await inner + 1);
        _test.RunTurn();
        outer.Cancel();
        _test.RunTurns(4);
        Assert.Equal(6, outer.Result);
        Assert.Equal(1, outer.CancelRequests);
    }

    [Fact(DisplayName = "TK-05 Cancel reaches every future that parts of the body await side by side")]
    public void Cancel_OfATaskWithSeveralAwaits_ReachesAll()
    {
        LoopFuture<int>[] futures = [.. Enumerable.Range(0, 3).Select(_ => Loop.CreateFuture<int>())];
        async Task WaitAsync(LoopFuture<int> future) => await future;
        LoopTask task = Loop.CreateTask(_ => Task.WhenAll(futures.Select(WaitAsync)));
        _test.RunTurn();
        futures[1].SetResult(1);
        _test.RunTurn();
        task.Cancel();
        _test.RunTurns(2);
        Assert.True(task.IsCanceled);
        Assert.True(futures[0].IsCanceled);
        Assert.False(futures[1].IsCanceled);
        Assert.True(futures[2].IsCanceled);
    }

    [Fact(DisplayName = "TK-06 A task that swallows the cancel and returns has its result; the request still counts")]
    public void Cancel_ThatTheBodySwallows_LeavesTheResult()
    {
        LoopTask<int> task = Loop.CreateTask(async ct =>
        {
            try
            {
                await Loop.CreateFuture<int>();
            }
            catch (OperationCanceledException)
            {
                await Task.Yield();
            }

            return 4;
        });
        _test.RunTurn();
        task.Cancel();
        _test.RunTurns(3);
        Assert.False(task.IsCanceled);
        Assert.Equal(4, task.Result);
        Assert.Equal(1, task.CancelRequests);
        Assert.Equal(0, task.Uncancel());
    }

    [Fact(DisplayName = "TK-07 A task that cancels itself and returns without another await is canceled")]
    public void Cancel_ByTheTaskItself_CancelsItWhenItReturns()
    {
        LoopTask<int> task = Loop.CreateTask(_ =>
        {
            Assert.True(EventLoop.CurrentTask!.Cancel("myself"));
            return Task.FromResult(1);
        });
        _test.RunTurn();
        Assert.True(task.IsCanceled);
        Assert.Equal("myself", Assert.Throws<OperationCanceledException>(() => task.Result).Message);
    }

    [Fact(DisplayName = "TK-07 A task that cancels itself is interrupted at its next await")]
    public void Cancel_ByTheTaskItself_InterruptsItsNextAwait()
    {
        bool interrupted = false;
        LoopTask task = Loop.CreateTask(async _ =>
        {
            EventLoop.CurrentTask!.Cancel();
            try
            {
                await Loop.CreateFuture<int>();
            }
            catch (OperationCanceledException)
            {
                interrupted = true;
                throw;
            }
        });
        _test.RunTurns(3);
        Assert.True(interrupted);
        Assert.True(task.IsCanceled);
    }

    [Fact(DisplayName = "TK-08 Requests are counted, and Uncancel never goes below zero")]
    public void CancelRequests_OfATask_AreCounted()
    {
        LoopTask task = Loop.CreateTask(_ => Task.CompletedTask);
        Assert.Equal(0, task.CancelRequests);
        Assert.Equal(0, task.Uncancel());
        task.Cancel();
        task.Cancel();
        Assert.Equal(2, task.CancelRequests);
        Assert.Equal(1, task.Uncancel());
        Assert.Equal(0, task.Uncancel());
        Assert.Equal(0, task.Uncancel());
    }

    [Fact(DisplayName = "TK-08 Uncancel of the last request forgets a cancel that was not delivered")]
    public void Uncancel_BeforeTheDelivery_ForgetsTheCancel()
    {
        bool ran = false;
        LoopTask notStarted = Loop.CreateTask(_ =>
        {
            ran = true;
            return Task.CompletedTask;
        });
        notStarted.Cancel();
        notStarted.Uncancel();
        CancellationToken token = default;
        LoopTask yielding = Loop.CreateTask(async ct =>
        {
            token = ct;
            EventLoop.CurrentTask!.Cancel();
            EventLoop.CurrentTask!.Uncancel();
            await Task.Yield();
            await Task.Yield();
        });
        _test.RunTurns(4);
        Assert.True(ran);
        Assert.False(notStarted.IsCanceled);
        Assert.True(yielding.IsDone);
        Assert.False(yielding.IsCanceled);
        Assert.False(token.IsCancellationRequested);
    }

    [Fact(DisplayName = "TK-08 After Uncancel the task has a fresh token and can be canceled again")]
    public void Uncancel_AfterTheDelivery_GivesAFreshToken()
    {
        bool fresh = false;
        LoopTask task = Loop.CreateTask(async ct =>
        {
            LoopTask self = EventLoop.CurrentTask!;
            try
            {
                await Loop.CreateFuture<int>();
            }
            catch (OperationCanceledException)
            {
                self.Uncancel();
                fresh = ct.IsCancellationRequested && !self.CancellationToken.IsCancellationRequested;
            }

            await Task.Delay(TimeSpan.FromHours(1), Loop.TimeProvider, self.CancellationToken);
        });
        _test.RunTurn();
        task.Cancel();
        _test.RunTurn();
        Assert.True(fresh);
        Assert.False(task.IsDone);
        task.Cancel();
        _test.RunTurns(2);
        Assert.True(task.IsCanceled);
    }

    [Fact(DisplayName = "A second cancel interrupts the cleanup after the first")]
    public void Cancel_Twice_InterruptsTheCleanupToo()
    {
        List<string> order = [];
        LoopTask task = Loop.CreateTask(async ct =>
        {
            try
            {
                await Loop.CreateFuture<int>();
            }
            catch (OperationCanceledException)
            {
                order.Add("cleanup");
                await Loop.CreateFuture<int>();
                order.Add("not reached");
            }
        });
        _test.RunTurn();
        task.Cancel();
        _test.RunTurns(3);
        Assert.False(task.IsDone);
        task.Cancel();
        _test.RunTurn();
        Assert.Equal(["cleanup"], order);
        Assert.True(task.IsCanceled);
    }

    [Fact(DisplayName = "A body that throws OperationCanceledException of its own makes the task canceled")]
    public void Body_ThatThrowsOperationCanceled_IsCanceled()
    {
        var exception = new OperationCanceledException("of my own");
        LoopTask synchronous = Loop.CreateTask(_ => throw exception);
        LoopTask asynchronous = Loop.CreateTask(async _ =>
        {
            await Task.Yield();
            throw exception;
        });
        _test.RunTurns(2);
        Assert.True(synchronous.IsCanceled);
        Assert.True(asynchronous.IsCanceled);
        Assert.Same(exception, Assert.Throws<OperationCanceledException>(() => asynchronous.GetAwaiter().GetResult()));
    }

    [Fact(DisplayName = "A cancel at any turn of a task is never lost, and leaves nothing behind")]
    public void Cancel_AtEveryTurn_IsNeverLost()
    {
        for (int turn = 0; turn < 12; turn++)
        {
            LoopTask task = Loop.CreateTask(async ct =>
            {
                await Task.Yield();
                LoopFuture<int> soon = Loop.CreateFuture<int>();
                Loop.CallSoon(() => soon.TrySetResult(1));
                await soon;
                await Loop.CreateTask(async inner =>
                {
                    await Task.Yield();
                    inner.ThrowIfCancellationRequested();
                });
                await Loop.WrapFuture(Task.Run(() => 1, CancellationToken.None));
                await Task.Delay(Timeout.InfiniteTimeSpan, Loop.TimeProvider, ct);
            });
            _test.RunTurns(turn);
            Assert.True(task.Cancel(), $"turn {turn}");
            _test.RunUntil(() => task.IsDone);
            Assert.True(task.IsCanceled, $"turn {turn}");
        }

        _test.RunUntil(() => Loop.AllTasks.Count == 1);
        _test.RunTurn();
        Assert.Empty(_test.Errors);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    }

    [Fact(DisplayName = "A registration with the token that throws is reported, and the task is canceled all the same")]
    public void Cancel_WithARegistrationThatThrows_ReportsIt()
    {
        LoopTask task = Loop.CreateTask(async ct =>
        {
            ct.Register(() => throw new IOException("mine"));
            await Loop.CreateFuture<int>();
        });
        _test.RunTurn();
        task.Cancel();
        _test.RunTurns(2);
        Assert.True(task.IsCanceled);
        var error = Assert.IsType<AggregateException>(Assert.Single(_test.Errors).Exception);
        Assert.Equal("mine", error.InnerException!.Message);
    }
}
