using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Execution;

/// <summary>Awaiting on a loop.</summary>
public sealed class SynchronizationContextTests : IDisposable
{
    private readonly TestLoop _test = new();
    private readonly List<string> _ran = [];

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Await_OfAnything_ComesBackToTheLoop() => _test.Run(async () =>
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        Assert.NotNull(context);
        await Task.Yield();
        Assert.True(Loop.IsOnLoop);
        await Task.Run(() => Assert.False(Loop.IsOnLoop));
        Assert.True(Loop.IsOnLoop);
        await Assert.ThrowsAsync<IOException>(() => Task.Run(() => throw new IOException()));
        Assert.True(Loop.IsOnLoop);
        Assert.IsType(context.GetType(), SynchronizationContext.Current);
    });

    [Fact(
        DisplayName = "IT-05 An await that a callback completes goes on in a later turn, not inside the completing call")]
    public void Await_CompletedByACallback_IsNeverInline()
    {
        var source = new TaskCompletionSource();
        AwaitInACallback(source.Task);
        _test.RunTurn();
        Loop.CallSoon(() => Complete(source));
        _test.RunTurn();
        Assert.Equal(["completing", "completed"], _ran);
        _test.RunTurn();
        Assert.Equal(["completing", "completed", "continued"], _ran);
    }

    // Not for a plain TaskCompletionSource: what one message both awaits and completes the runtime continues inline, because
    // the context it captured is the very one that is current. No context can prevent that.
    [Fact(
        DisplayName = "IT-05 Its own message completes an await of a LoopFuture or an asynchronous source: not inline")]
    public void Await_CompletedByItsOwnMessage_IsNeverInline()
    {
        LoopFuture<int> future = Loop.CreateFuture<int>();
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.CallSoon(() =>
        {
            _ = AwaitFutureAsync();
            future.SetResult(1);
            _ = AwaitSourceAsync();
            source.SetResult();
            _ran.Add("completed");
        });
        _test.RunTurns(3);
        Assert.Equal(["completed", "future", "source"], _ran);

        async Task AwaitFutureAsync()
        {
            await future;
            _ran.Add("future");
        }

        async Task AwaitSourceAsync()
        {
            await source.Task;
            _ran.Add("source");
        }
    }

    [Fact(DisplayName = "IT-05 An await that a task completes goes on in a later turn, not inside the completing call")]
    public void Await_CompletedByATask_IsNeverInline()
    {
        var source = new TaskCompletionSource();
        _ = Loop.CreateTask(async _ =>
        {
            await source.Task;
            _ran.Add("continued");
        });
        _ = Loop.CreateTask(async _ =>
        {
            await Task.Yield();
            Complete(source);
        });
        _test.RunTurns(5);
        Assert.Equal(["completing", "completed", "continued"], _ran);
    }

    [Fact(
        DisplayName = "IT-05 An await that a timer completes after one that allocates nothing is not continued inline either")]
    public void Await_CompletedByCallbacksThatAllocateNothing_IsNeverInline()
    {
        TaskCompletionSource[] sources = [.. Enumerable.Range(0, 50).Select(_ => new TaskCompletionSource())];
        foreach (TaskCompletionSource source in sources)
        {
            AwaitInACallback(source.Task);
        }

        _test.RunTurn();
        int next = 0;
        int inline = 0;
        Action complete = () =>
        {
            sources[next++].SetResult();
            inline += _ran.Count;
        };
        foreach (TaskCompletionSource _ in sources)
        {
            Loop.Post(complete);
        }

        _test.RunTurn();
        Assert.Equal(0, inline);
        _test.RunTurn();
        Assert.Equal(50, _ran.Count);
    }

    [Fact]
    public void Await_CompletedByAnotherThread_ContinuesOnTheLoop()
    {
        var source = new TaskCompletionSource();
        int thread = 0;
        Loop.CallSoon(() => _ = StartAsync());
        _test.RunTurn();
        TestLoop.OnOtherThread(() => Complete(source));
        Assert.Equal(["completing", "completed"], _ran);
        _test.RunTurn();
        Assert.Equal(Environment.CurrentManagedThreadId, thread);

        async Task StartAsync()
        {
            await source.Task;
            thread = Environment.CurrentManagedThreadId;
        }
    }

    // Of several awaits of one task the runtime resumes the first one last, unless its source says otherwise; a LoopFuture
    // always keeps their order.
    [Fact]
    public void Await_OfSeveralOnOneSource_KeepsTheirOrder()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (int i = 0; i < 10; i++)
        {
            int number = i;
            Loop.CallSoon(() => _ = StartAsync());

            async Task StartAsync()
            {
                await source.Task;
                _ran.Add($"{number}");
            }
        }

        Loop.CallSoon(() => Loop.CallSoon(source.SetResult));
        _test.RunTurns(4);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), _ran);
    }

    [Fact(DisplayName = "LC-18 An exception of an async void method is reported, a fatal one leaves the run")]
    public void AsyncVoid_ThatThrows_IsReported()
    {
        var failure = new IOException("async void");
        Loop.CallSoon(() => Throw(failure));
        _test.RunTurns(3);
        LoopExceptionContext error = Assert.Single(_test.Errors);
        Assert.Same(failure, error.Exception);
        Assert.Equal(LoopErrorKind.Callback, error.Kind);

        Loop.CallSoon(() => Throw(new FatalLoopException("async void")));
        Assert.Throws<FatalLoopException>(() => _test.RunTurns(3));
        Assert.Single(_test.Errors);

#pragma warning disable VSTHRD100 // What happens to it is the question here.
        static async void Throw(Exception exception)
#pragma warning restore VSTHRD100
        {
            await Task.Yield();
            throw exception;
        }
    }

    [Fact(DisplayName = "TK-11 After a fatal exception out of a task's step no task is current any more")]
    public void CurrentTask_AfterAFatalStep_IsNull()
    {
        _ = Loop.CreateTask(_ =>
        {
            SynchronizationContext.Current!.Post(_ => throw new FatalLoopException(), null);
            return Task.CompletedTask;
        });
        Assert.Throws<FatalLoopException>(() => _test.RunTurns(3));
        Loop.CallSoon(() => _ran.Add($"{EventLoop.CurrentTask}"));
        _test.RunTurn();
        Assert.Equal([""], _ran);
    }

    [Fact]
    public void Send_FromAnotherThread_WaitsForTheCallback()
    {
        using var running = new RunningLoop(EventLoop.Create());
        SynchronizationContext context = running.Do(() => SynchronizationContext.Current!);
        bool onLoop = false;
        object? seen = null;
        context.Send(
            state =>
            {
                onLoop = running.Loop.IsOnLoop;
                seen = state;
            },
            "state");
        Assert.True(onLoop);
        Assert.Equal("state", seen);
        var failure = new IOException("sent");
        Assert.Same(failure, Assert.Throws<IOException>(() => context.Send(_ => throw failure, null)));
        Assert.Throws<FatalLoopException>(() => context.Send(_ => throw new FatalLoopException(), null));
        running.Do(() => { });
    }

    [Fact]
    public void Send_OnTheLoop_RunsAtOnce() => _test.Run(() =>
    {
        SynchronizationContext context = SynchronizationContext.Current!;
        context.Send(_ => _ran.Add("sent"), null);
        Assert.Equal(["sent"], _ran);
        Assert.Throws<IOException>(() => context.Send(_ => throw new IOException(), null));
        Assert.Throws<ArgumentNullException>("d", () => context.Send(null!, null));
        Assert.Throws<ArgumentNullException>("d", () => context.Post(null!, null));
        Assert.Same(context, context.CreateCopy());
        return Task.CompletedTask;
    });

    [Fact]
    public void Post_AfterClose_IsADeadLetter()
    {
        SynchronizationContext? context = null;
        var source = new TaskCompletionSource();
        Loop.CallSoon(() => context = SynchronizationContext.Current);
        AwaitInACallback(source.Task);
        _test.RunTurn();
        Loop.Close();
        Assert.Equal(0, Loop.Statistics.DeadLetters);

        context!.Post(_ => _ran.Add("never"), null);
        source.SetResult();
        Assert.Equal(2, Loop.Statistics.DeadLetters);
        Assert.Throws<LoopClosedException>(() => context.Send(_ => _ran.Add("never"), null));
        Assert.Empty(_ran);
    }

    [Fact]
    public void Run_WhenItEnds_GivesTheThreadItsContextBack()
    {
        var own = new SynchronizationContext();
        var local = new AsyncLocal<string> { Value = "mine" };
        SynchronizationContext? outer = SynchronizationContext.Current;
        try
        {
            SynchronizationContext.SetSynchronizationContext(own);
            Loop.CallSoon(() =>
            {
                Assert.NotSame(own, SynchronizationContext.Current);
                local.Value = "changed";
            });
            _test.RunTurn();
            Assert.Same(own, SynchronizationContext.Current);
            Assert.Equal("mine", local.Value);
            Loop.Post(() => local.Value = "changed");
            Loop.Close();
            Assert.Same(own, SynchronizationContext.Current);
            Assert.Equal("mine", local.Value);
            Assert.Empty(_test.Errors);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private void AwaitInACallback(Task task)
    {
        Loop.CallSoon(() => _ = StartAsync());

        async Task StartAsync()
        {
            await task;
            _ran.Add("continued");
        }
    }

    private void Complete(TaskCompletionSource source)
    {
        _ran.Add("completing");
        source.SetResult();
        _ran.Add("completed");
    }
}
