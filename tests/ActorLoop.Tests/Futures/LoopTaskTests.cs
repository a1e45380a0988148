using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Futures;

public sealed class LoopTaskTests : IDisposable
{
    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "TK-01 The first step of a task runs in a later turn")]
    public void CreateTask_FromACallback_StartsInTheNextTurn()
    {
        List<string> order = [];
        Loop.CallSoon(() =>
        {
            _ = Loop.CreateTask(_ =>
            {
                order.Add("step");
                return Task.CompletedTask;
            });
            order.Add("created");
        });
        _test.RunTurn();
        Assert.Equal(["created"], order);
        _test.RunTurn();
        Assert.Equal(["created", "step"], order);
    }

    [Fact(DisplayName = "TK-01 A task is done in the very step in which its body ends")]
    public void Task_WhoseBodyEnds_IsDoneInThatStep()
    {
        LoopTask<int> task = Loop.CreateTask(async _ =>
        {
            await Task.Yield();
            return 3;
        });
        LoopTask empty = Loop.CreateTask(_ => Task.CompletedTask);
        int calls = 0;
        task.AddDoneCallback(_ => calls++);
        _test.RunTurn();
        Assert.True(empty.IsDone);
        Assert.False(task.IsDone);
        _test.RunTurn();
        Assert.True(task.IsDone);
        Assert.Equal(3, task.Result);
        Assert.Equal(0, calls);
        _test.RunTurn();
        Assert.Equal(1, calls);
    }

    [Fact(DisplayName = "TK-02 A task has the given name, or Task-N counted over the process, and can be renamed")]
    public void Name_OfATask_IsGivenOrCounted()
    {
        LoopTask named = Loop.CreateTask(_ => Task.CompletedTask, "reader");
        LoopTask first = Loop.CreateTask(_ => Task.CompletedTask);
        LoopTask<int> second = Loop.CreateTask(_ => Task.FromResult(1));
        Assert.Equal("reader", named.Name);
        Assert.StartsWith("Task-", first.Name, StringComparison.Ordinal);
        long number = long.Parse(first.Name[5..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(long.Parse(second.Name[5..], System.Globalization.CultureInfo.InvariantCulture) > number);
        first.Name = "renamed";
        Assert.Equal("LoopTask renamed pending", first.ToString());
        Assert.Throws<ArgumentNullException>(() => first.Name = null!);
    }

    [Fact(DisplayName = "TK-10 There is no way to set the outcome of a task by hand")]
    public void LoopTask_PublicMembers_SetNoOutcome()
    {
        string[] members = [.. typeof(LoopTask<int>).GetMembers().Select(member => member.Name)];
        Assert.Contains("Cancel", members);
        Assert.DoesNotContain(members, name => name.StartsWith("Set", StringComparison.Ordinal));
        Assert.DoesNotContain(members, name => name.StartsWith("TrySet", StringComparison.Ordinal));
        Assert.False(typeof(LoopFuture<int>).IsAssignableFrom(typeof(LoopTask<int>)));
    }

    [Fact(DisplayName = "TK-11 CurrentTask is the task whose step runs, AllTasks the unfinished ones")]
    public void CurrentTask_AndAllTasks_FollowTheSteps()
    {
        LoopFuture<int> gate = Loop.CreateFuture<int>();
        LoopTask? seenFirst = null;
        LoopTask? seenAfter = null;
        LoopTask? seenInCallback = Loop.CreateTask(_ => Task.CompletedTask);
        LoopTask task = Loop.CreateTask(async _ =>
        {
            seenFirst = EventLoop.CurrentTask;
            await Task.Yield();
            await gate;
            seenAfter = EventLoop.CurrentTask;
        });
        Loop.CallSoon(() => seenInCallback = EventLoop.CurrentTask);
        Assert.Contains(task, Loop.AllTasks);
        Assert.Null(EventLoop.CurrentTask);

        _test.RunTurns(2);
        Assert.Same(task, seenFirst);
        Assert.Null(seenInCallback);
        Assert.Equal([task], Loop.AllTasks);

        gate.SetResult(1);
        _test.RunTurn();
        Assert.Same(task, seenAfter);
        Assert.Empty(Loop.AllTasks);
    }

    [Fact(DisplayName = "TK-11 The loop holds an unfinished task strongly")]
    public void Task_ThatOnlyTheLoopKnows_IsNotCollected()
    {
        WeakReference reference = StartForgotten(Loop);
        _test.RunTurn();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.True(reference.IsAlive);
        Assert.Single(Loop.AllTasks).Cancel();
        _test.RunTurns(3);
        Assert.Empty(Loop.AllTasks);
    }

    [Fact(DisplayName = "TK-09 Closing the loop reports tasks that are still pending, and ends their Task")]
    public void Close_WithAPendingTask_ReportsIt()
    {
        LoopTask task = Loop.CreateTask(async _ => await Loop.CreateFuture<int>());
        Task seenByOthers = task.Task;
        _test.RunTurn();
        Loop.Close();
        LoopExceptionContext error = Assert.Single(_test.Errors);
        Assert.Equal(LoopErrorKind.PendingTask, error.Kind);
        Assert.Same(task, error.Task);
        Assert.True(seenByOthers.IsCanceled);
    }

    [Fact(DisplayName = "TK-12 All steps of a task see one context, taken when it was made")]
    public void Context_OfATask_IsCapturedAtCreation()
    {
        var local = new AsyncLocal<string?> { Value = "creator" };
        List<string?> seen = [];
        _ = Loop.CreateTask(async _ =>
        {
            seen.Add(local.Value);
            local.Value = "body";
            await Task.Yield();
            seen.Add(local.Value);
            await Loop.CreateTask(_ =>
            {
                seen.Add(local.Value);
                local.Value = "child";
                return Task.CompletedTask;
            });
            seen.Add(local.Value);
        });
        local.Value = "changed";
        _test.RunTurns(5);
        Assert.Equal(["creator", "body", "body", "body"], seen);
        Assert.Equal("changed", local.Value);
    }

    [Fact(DisplayName = "TK-12 A task can be given a context")]
    public void Context_GivenInTheOptions_IsUsed()
    {
        var local = new AsyncLocal<string?> { Value = "given" };
        ExecutionContext given = ExecutionContext.Capture()!;
        local.Value = "creator";
        LoopTask<string?> task = Loop.CreateTask(
            _ => Task.FromResult<string?>(local.Value), new LoopTaskOptions { Context = given, Name = "with context" });
        _test.RunTurn();
        Assert.Equal("given", task.Result);
        Assert.Equal("with context", task.Name);
    }

    [Fact(DisplayName = "TK-13 A task tells what it waits for")]
    public void ToString_OfAWaitingTask_NamesTheFuture()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        LoopTask task = Loop.CreateTask(async _ => await future, "waiter");
        _test.RunTurn();
        Assert.Equal("LoopTask waiter pending, awaits LoopFuture<Int32> pending", task.ToString());
        future.SetResult(1);
        _test.RunTurn();
        Assert.Equal("LoopTask waiter done", task.ToString());
    }

    [Fact(DisplayName = "TK-16 On a closed loop CreateTask throws and runs nothing")]
    public void CreateTask_OnAClosedLoop_Throws()
    {
        Loop.Close();
        bool ran = false;
        Assert.Throws<LoopClosedException>(() => Loop.CreateTask(_ =>
        {
            ran = true;
            return Task.CompletedTask;
        }));
        Assert.False(ran);
    }

    [Fact(DisplayName = "The exception of a body is the exception of the task, as it is")]
    public void Exception_OfABody_IsKept() => _test.Run(async () =>
    {
        var failure = new IOException("mine");
        LoopTask synchronous = Loop.CreateTask(_ => throw failure);
        LoopTask later = Loop.CreateTask(async _ =>
        {
            await Task.Yield();
            throw failure;
        });
        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(async () => await synchronous));
        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(async () => await later));
#pragma warning disable VSTHRD114 // The point of the test.
        LoopTask nothing = Loop.CreateTask(_ => null!);
#pragma warning restore VSTHRD114
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await nothing);
    });

    [Fact(DisplayName = "A body that ends on another thread ends its task on the loop")]
    public void Body_ThatEndsElsewhere_CompletesOnTheLoop() => _test.Run(async () =>
    {
        var source = new TaskCompletionSource<int>();
        LoopTask<int> task = Loop.CreateTask(_ => source.Task);
        bool onLoop = false;
        task.AddDoneCallback(_ => onLoop = Loop.IsOnLoop);
        await Task.Yield();
        _ = Task.Run(() => source.SetResult(8));
        Assert.Equal(8, await task);
        Assert.True(onLoop);
    });

    [Fact(DisplayName = "LC-18 A fatal exception of a task is stored and leaves the run")]
    public void FatalException_OfABody_LeavesTheRun()
    {
        LoopTask task = Loop.CreateTask(async _ =>
        {
            await Task.Yield();
            throw new FatalLoopException("out");
        });
        var fatal = Assert.Throws<FatalLoopException>(Loop.RunForever);
        Assert.Same(fatal, task.Exception);
        _test.RunTurn();
        Assert.Empty(_test.Errors);
    }

    [Fact(DisplayName = "TH-05 Another thread may start a task and await its Task")]
    public void CreateTask_FromAnotherThread_RunsOnTheLoop()
    {
        Loop.Debug = false;
        string? seen = null;
        Loop.CallSoon(() => _ = Task.Run(async () =>
        {
            LoopTask<bool> task = Loop.CreateTask(async _ =>
            {
                await Task.Yield();
                return Loop.IsOnLoop && Loop.AllTasks.Contains(EventLoop.CurrentTask!);
            });
            seen = $"{await task.Task} {Loop.IsOnLoop}";
            Loop.Stop();
        }));
        TimerHandle watchdog = Loop.CallLater(TimeSpan.FromSeconds(30), Loop.Stop);
        Loop.RunForever();
        watchdog.Cancel();
        Assert.Equal("True False", seen);
        Assert.Empty(Loop.AllTasks);
    }

    [Fact(DisplayName = "TH-04 In debug mode CreateTask refuses another thread")]
    public void CreateTask_FromAnotherThreadInDebugMode_Throws()
    {
        Loop.Debug = true;
        Loop.CallSoon(() => TestLoop.OnOtherThread(() =>
            Assert.Throws<InvalidOperationException>(() => Loop.CreateTask(_ => Task.CompletedTask))));
        _test.RunTurn();
        Assert.Empty(_test.Errors);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference StartForgotten(EventLoop loop) =>
        new(loop.CreateTask(async _ => await loop.CreateFuture<int>()));
}
