using ActorLoop.TestKit;
using ActorLoop.Tests.Selectors;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>Running, stopping and closing (LC).</summary>
public abstract class LifecycleContract<TKind> : LoopContract<TKind>
    where TKind : ILoopKind, new()
{
    [Fact(DisplayName = "LC-01 A run lasts until Stop")]
    public void RunForever_UntilStop_Runs()
    {
        int ticks = 0;
        void Tick()
        {
            if (++ticks == 5)
            {
                Loop.Stop();
            }

            Loop.CallLater(TimeSpan.FromMicroseconds(50), Tick);
        }

        Loop.CallSoon(Tick);
        Test.RunForever();
        Assert.Equal(5, ticks);
    }

    [Fact(DisplayName = "LC-02 After a Stop that came before, a run polls once and runs what is queued, ready and due")]
    public void RunForever_AfterStop_RunsOneTurn()
    {
        if (RefusesToWatch())
        {
            return;
        }

        DescriptorPair pair = NewReadablePair();
        Loop.CallAt(Loop.Time - TimeSpan.FromMilliseconds(1), Note("due"));
        Loop.CallLater(TimeSpan.FromHours(1), Note("not due"));
        Loop.AddReader(pair.Near, Note("ready"));
        Loop.CallSoon(() =>
        {
            Ran.Add("queued");
            Loop.CallSoon(Note("next turn"));
        });
        ExpectReady(1);

        Loop.Stop();
        Loop.RunForever();
        Assert.Equal(["queued", "ready", "due"], Ran);
        Assert.Equal(1, Loop.Statistics.Turns);
    }

    // LC-04, the rule of Python 3.4 by which c would still run in the first run, is not followed.
    [Fact(DisplayName = "LC-03 Stop during a run finishes the batch, and only it")]
    public void Stop_DuringARun_FinishesTheBatchOnly()
    {
        Loop.CallSoon(() =>
        {
            Ran.Add("a");
            Loop.CallSoon(Note("c"));
        });
        Loop.CallSoon(() =>
        {
            Ran.Add("stop");
            Loop.Stop();
            Loop.CallSoon(Note("d"));
        });
        Loop.CallSoon(Note("b"));

        Test.RunForever();
        Assert.Equal(["a", "stop", "b"], Ran);
        Test.RunTurn();
        Assert.Equal(["a", "stop", "b", "c", "d"], Ran);
    }

    [Fact(DisplayName = "LC-05 Stop may be repeated, is forgotten when the run ends, and never throws")]
    public void Stop_Repeated_EndsOneRun()
    {
        Loop.Stop();
        Loop.Stop();
        Loop.RunForever();
        Assert.Equal(1, Loop.Statistics.Turns);

        // Not stopped any more: this run must last until its third turn.
        Loop.CallSoon(() => Loop.CallSoon(() => Loop.CallSoon(() =>
        {
            Ran.Add("third turn");
            Loop.Stop();
            Loop.Stop();
        })));
        Test.RunForever();
        Assert.Equal(["third turn"], Ran);
        Loop.Close();
        Loop.Stop();
    }

    [Fact(DisplayName = "LC-06 RunUntilComplete returns the result of what it ran")]
    public void RunUntilComplete_OfAnything_ReturnsItsResult()
    {
        Assert.Equal(1, Loop.RunUntilComplete(async () =>
        {
            await Task.Yield();
            return 1;
        }));
        Assert.Equal(2, Loop.RunUntilComplete(Task.FromResult(2)));
        var source = new TaskCompletionSource<int>();
        Loop.CallSoon(() => source.SetResult(3));
        Assert.Equal(3, Loop.RunUntilComplete(source.Task));

        LoopFuture<int> future = Loop.CreateFuture<int>();
        Loop.CallSoon(() => future.SetResult(4));
        Loop.RunUntilComplete(future);
        Assert.Equal(4, future.Result);
    }

    [Fact(DisplayName = "LC-06 RunUntilComplete throws the exception of what it ran, as it is")]
    public void RunUntilComplete_OfAFailure_ThrowsIt()
    {
        var failure = new IOException("mine");
        LoopFuture<int> future = Loop.CreateFuture<int>();
        future.SetException(failure);

        Assert.Same(failure, Assert.Throws<IOException>(() => Loop.RunUntilComplete(() => Task.FromException(failure))));
        Assert.Same(failure, Assert.Throws<IOException>(() => Loop.RunUntilComplete(() => Task.FromException<int>(failure))));
        Assert.Same(failure, Assert.Throws<IOException>(() => Loop.RunUntilComplete(Task.FromException(failure))));
        Assert.Same(failure, Assert.Throws<IOException>(() => Loop.RunUntilComplete(future)));
        Assert.ThrowsAny<OperationCanceledException>(
            () => Loop.RunUntilComplete(Task.FromCanceled(new CancellationToken(canceled: true))));
    }

    [Fact(DisplayName = "LC-07 A Stop before the end is an error, and the task it started is not reported at close")]
    public void RunUntilComplete_Stopped_Throws()
    {
        var never = new TaskCompletionSource();
        Loop.CallSoon(Loop.Stop);
        var error = Assert.Throws<InvalidOperationException>(() => Loop.RunUntilComplete(() => never.Task));
        Assert.Contains("stopped", error.Message, StringComparison.Ordinal);
        Loop.CallSoon(Loop.Stop);
        Assert.Throws<InvalidOperationException>(() => Loop.RunUntilComplete(never.Task));
        Loop.CallSoon(Loop.Stop);
        Assert.Throws<InvalidOperationException>(() => Loop.RunUntilComplete(Loop.CreateFuture<int>()));

        Loop.Close();
        Assert.Empty(Test.Errors);
    }

    [Fact(DisplayName = "LC-08 RunUntilComplete refuses nothing at all and the future of another loop")]
    public void RunUntilComplete_OfTheWrongThing_Throws()
    {
        Assert.Throws<ArgumentNullException>("body", () => Loop.RunUntilComplete((Func<Task>)null!));
        Assert.Throws<ArgumentNullException>("body", () => Loop.RunUntilComplete((Func<Task<int>>)null!));
        Assert.Throws<ArgumentNullException>("task", () => Loop.RunUntilComplete((Task)null!));
        Assert.Throws<ArgumentNullException>("task", () => Loop.RunUntilComplete((Task<int>)null!));
        Assert.Throws<ArgumentNullException>("future", () => Loop.RunUntilComplete((LoopFuture)null!));
        EventLoop other = NewLoop(new EventLoopOptions { Name = "somebody" }).Loop;
        var error = Assert.Throws<ArgumentException>("future", () => Loop.RunUntilComplete(other.CreateFuture<int>()));
        Assert.Contains("somebody", error.Message, StringComparison.Ordinal);
        Assert.Contains(Loop.Name, error.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "LC-09 A run that was torn down leaves nothing behind that stops a later one")]
    public void RunUntilComplete_TornDown_LeavesNoResidue()
    {
        var slow = new TaskCompletionSource();
        LoopFuture<int> future = Loop.CreateFuture<int>();
        Loop.CallSoon(() => throw new FatalLoopException("first"));
        Assert.Throws<FatalLoopException>(() => Loop.RunUntilComplete(slow.Task));
        Loop.CallSoon(() => throw new FatalLoopException("second"));
        Assert.Throws<FatalLoopException>(() => Loop.RunUntilComplete(future));

        // Were the hooks of the first runs still there, these completions would end this run too early.
        Assert.Equal(7, Loop.RunUntilComplete(async () =>
        {
            slow.SetResult();
            future.SetResult(1);
            for (int i = 0; i < 10; i++)
            {
                await Task.Yield();
            }

            return 7;
        }));
    }

    [Fact(DisplayName = "LC-10 When the awaited task ends, the rest of the batch still runs")]
    public void RunUntilComplete_WhenDone_FinishesTheBatch()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        Loop.CallSoon(() =>
        {
            // The hook of the future is queued behind this one, and so is "same batch"; "next run" is not.
            future.SetResult(1);
            Loop.CallSoon(() =>
            {
                Ran.Add("same batch");
                Loop.CallSoon(Note("next run"));
            });
        });
        Loop.RunUntilComplete(future);
        Assert.Equal(["same batch"], Ran);
        Test.RunTurn();
        Assert.Equal(["same batch", "next run"], Ran);
    }

    [Fact(DisplayName = "LC-11 A thread runs one loop at a time, and a loop runs on one thread at a time")]
    public void Run_WhileRunning_Throws()
    {
        EventLoop other = NewLoop().Loop;
        Loop.CallSoon(() =>
        {
            Assert.Throws<InvalidOperationException>(Loop.RunForever);
            Assert.Throws<InvalidOperationException>(() => Loop.RunUntilComplete(Task.CompletedTask));
            Assert.Throws<InvalidOperationException>(() => Loop.RunUntilComplete(() => throw new InvalidCastException()));
            Assert.Throws<InvalidOperationException>(other.RunForever);
            Assert.Throws<InvalidOperationException>(() => other.RunUntilComplete(Task.FromResult(1)));
            TestLoop.OnOtherThread(() => Assert.Throws<InvalidOperationException>(Loop.RunForever));
            Assert.Same(Loop, EventLoop.Current);
            Ran.Add("checked");
        });
        Test.RunTurn();
        Assert.Empty(Test.Errors);
        Assert.Equal(["checked"], Ran);
        other.Stop();
        other.RunForever();
    }

    [Fact(DisplayName = "LC-12 IsRunning is true while the loop runs, seen from any thread")]
    public void IsRunning_InsideAndOutside_TellsTheTruth()
    {
        Assert.False(Loop.IsRunning);
        Assert.False(Loop.IsOnLoop);
        Loop.CallSoon(() =>
        {
            Assert.True(Loop.IsRunning);
            Assert.True(Loop.IsOnLoop);
            TestLoop.OnOtherThread(() =>
            {
                Assert.True(Loop.IsRunning);
                Assert.False(Loop.IsOnLoop);
                Assert.Contains("running", Loop.ToString(), StringComparison.Ordinal);
            });
        });
        Test.RunTurn();
        Assert.Empty(Test.Errors);
        Assert.False(Loop.IsRunning);
        Assert.False(Loop.IsOnLoop);
    }

    [Fact(DisplayName = "LC-13 A running loop cannot be closed, by no thread")]
    public void Close_WhileRunning_Throws()
    {
        Loop.CallSoon(() =>
        {
            Assert.Throws<InvalidOperationException>(Loop.Close);
            TestLoop.OnOtherThread(() => Assert.Throws<InvalidOperationException>(Loop.Dispose));
            Assert.False(Loop.IsClosed);
            Ran.Add("checked");
        });
        Test.RunTurn();
        Assert.Equal(["checked"], Ran);
        Assert.Empty(Test.Errors);
        Test.RunTurn();
    }

    [Fact(DisplayName = "LC-13 Close drops callbacks, timers and watched descriptors, for good and once")]
    public void Close_WithPendingWork_DropsIt()
    {
        if (RefusesToWatch())
        {
            return;
        }

        DescriptorPair pair = NewReadablePair();
        Loop.CallSoon(Note("callback"));
        Loop.CallSoonThreadSafe(Note("thread-safe"));
        Loop.CallLater(TimeSpan.Zero, Note("timer"));
        Loop.AddReader(pair.Near, Note("reader"));

        Loop.Close();
        Assert.True(Loop.IsClosed);
        Assert.False(Loop.IsRunning);
        Assert.Empty(Ran);
        Assert.Contains("closed", Loop.ToString(), StringComparison.Ordinal);
        EventLoopStatistics statistics = Loop.Statistics;
        Assert.Equal(0, statistics.ActiveTimers);
        Assert.Equal(0, statistics.Descriptors);
        Assert.Equal(0, statistics.MailboxDepth);
        Loop.Close();
        Loop.Dispose();
        Assert.Empty(Ran);
        Assert.Empty(Test.Errors);
    }

    [Fact(DisplayName = "LC-13 Close does not wait for work of the default executor")]
    public void Close_WhileAWorkerWorks_DoesNotWait()
    {
        using var release = new ManualResetEventSlim();
        using var started = new ManualResetEventSlim();
        using var ended = new ManualResetEventSlim();
        Task work = Loop.RunInExecutorAsync(null, () =>
        {
            started.Set();
            release.Wait(Patience.Bound);
            ended.Set();
        });
        Patience.WaitFor(started.WaitHandle, "work started");
        Loop.Close();
        Assert.False(work.IsCompleted);
        release.Set();
        Patience.WaitFor(ended.WaitHandle, "work ended");
    }

    [Fact(DisplayName = "LC-14 A closed loop takes nothing more")]
    public void Members_AfterClose_Throw()
    {
        DescriptorPair pair = NewPair();
        Loop.Close();
        Action[] refused =
        [
            () => Loop.CallSoon(Note("never")),
            () => Loop.CallSoon(_ => { }, null),
            () => Loop.CallSoonThreadSafe(Note("never")),
            () => Loop.CallSoonThreadSafe(_ => { }, null),
            () => Loop.Post(Note("never")),
            () => Loop.Post(_ => { }, null),
            () => Loop.CallLater(TimeSpan.Zero, Note("never")),
            () => Loop.CallLater(TimeSpan.Zero, _ => { }, null),
            () => Loop.CallAt(TimeSpan.Zero, Note("never")),
            () => _ = Loop.CreateTask(_ => Task.CompletedTask),
            () => _ = Loop.CreateTask(_ => Task.FromResult(1)),
            () => _ = Loop.WrapFuture(Task.FromResult(1)),
            () => Loop.RunForever(),
            () => Loop.RunUntilComplete(() => Task.CompletedTask),
            () => Loop.RunUntilComplete(() => Task.FromResult(1)),
            () => Loop.RunUntilComplete(Task.CompletedTask),
            () => Loop.RunUntilComplete(Loop.CreateFuture<int>()),
            () => Loop.AddReader(pair.Near, Note("never")),
            () => Loop.AddWriter(pair.Near, Note("never")),
            () => Loop.SetDefaultExecutor(new ThreadExecutor()),
            () => _ = Loop.RunInExecutorAsync(null, () => 1),
            () => _ = Loop.RunInExecutorAsync(null, () => { }),
        ];
        Assert.All(refused, call =>
        {
            var error = Assert.Throws<LoopClosedException>(call);
            Assert.Contains(Loop.Name, error.Message, StringComparison.Ordinal);
            Assert.IsAssignableFrom<ObjectDisposedException>(error);
        });
        Assert.False(Loop.TryPost(Note("never")));
        Assert.False(Loop.TryPost(_ => { }, null));
        Assert.False(Loop.RemoveReader(pair.Near));
        Assert.False(Loop.RemoveWriter(pair.Near));
        Assert.False(Loop.CreateFuture<int>().IsDone);
        Assert.Empty(Ran);
    }

    [Fact(DisplayName = "LC-16 Current is the loop that runs on this thread, and throws where none does")]
    public void Current_InsideAndOutside_IsTheRunningLoop()
    {
        Assert.Throws<InvalidOperationException>(() => EventLoop.Current);
        Assert.Null(EventLoop.CurrentOrDefault);
        Loop.CallSoon(() =>
        {
            Assert.Same(Loop, EventLoop.Current);
            Assert.Same(Loop, EventLoop.CurrentOrDefault);
            Assert.Same(Loop, EventLoop.Get());
            TestLoop.OnOtherThread(() => Assert.Null(EventLoop.CurrentOrDefault));
            Ran.Add("checked");
        });
        Test.RunTurn();
        Assert.Empty(Test.Errors);
        Assert.Equal(["checked"], Ran);
        Assert.Null(EventLoop.CurrentOrDefault);
    }

    [Fact(DisplayName = "LC-18 A FatalLoopException leaves the run, and the loop can run again")]
    public void FatalLoopException_FromACallback_LeavesTheRun()
    {
        var fatal = new FatalLoopException("mine");
        SynchronizationContext? outer = SynchronizationContext.Current;
        Loop.CallSoon(Note("before"));
        Loop.CallSoon(() => throw fatal);
        Loop.CallSoon(Note("behind"));

        Assert.Same(fatal, Assert.Throws<FatalLoopException>(Loop.RunForever));
        Assert.Equal(["before"], Ran);
        Assert.Empty(Test.Errors);
        Assert.False(Loop.IsRunning);
        Assert.Null(EventLoop.CurrentOrDefault);
        Assert.Same(outer, SynchronizationContext.Current);

        Test.RunTurn();
        Assert.Equal(["before", "behind"], Ran);
    }

    [Fact(DisplayName = "LC-18 Every other exception is reported, and the run goes on")]
    public void OtherException_FromACallback_IsReported()
    {
        Loop.CallSoon(() => throw new OperationCanceledException("one"));
        Loop.CallLater(TimeSpan.Zero, () => throw new InvalidOperationException("two"));
        Loop.Post(() => throw new IOException("three"));
        Test.RunTurnsUntil(() => Test.Errors.Count == 3, "three reports");
        Assert.Equal(["one", "three", "two"], Test.Errors.Select(error => error.Exception!.Message).Order());
    }
}
