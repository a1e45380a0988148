using Xunit;

namespace ActorLoop.Tests.Runner;

public sealed class EventLoopRunnerTests
{
    private readonly List<LoopExceptionContext> _errors = [];

    private EventLoopOptions Options => new() { ExceptionHandler = (_, error) => _errors.Add(error) };

    [Fact(DisplayName = "HL-09 Run gives main a new loop, returns its result and closes the loop")]
    public void Run_OfMain_ReturnsItsResult()
    {
        EventLoop? used = null;
        int result = EventLoop.Run(async loop =>
        {
            used = loop;
            Assert.Same(loop, EventLoop.Current);
            Assert.Same(loop, EventLoop.Get());
            Assert.NotNull(EventLoop.CurrentTask);
            await Task.Yield();
            return 5;
        });
        Assert.Equal(5, result);
        Assert.True(used!.IsClosed);
        Assert.Null(EventLoop.CurrentOrDefault);
        Assert.Null(SynchronizationContext.Current as IDisposable);
    }

    [Fact(DisplayName = "HL-09 What main throws leaves Run as it is, and the loop is closed")]
    public void Run_OfAMainThatThrows_Throws()
    {
        EventLoop? used = null;
        var failure = new IOException("mine");
        var thrown = Assert.Throws<IOException>(() => EventLoop.Run(
            async loop =>
            {
                used = loop;
                await Task.Yield();
                throw failure;
            },
            Options));
        Assert.Same(failure, thrown);
        Assert.True(used!.IsClosed);
        Assert.Empty(_errors);
    }

    [Fact(DisplayName = "HL-09 Tasks that are left are canceled, awaited and their errors reported")]
    public void Run_WithTasksLeft_CancelsThem()
    {
        List<string> order = [];
        EventLoop.Run(
            async loop =>
            {
                _ = loop.CreateTask(async ct =>
                {
                    try
                    {
                        await Task.Delay(TimeSpan.FromHours(1), loop.TimeProvider, ct);
                    }
                    finally
                    {
                        await Task.Delay(TimeSpan.FromMilliseconds(1), loop.TimeProvider, CancellationToken.None);
                        order.Add("cleaned up");
                    }
                });
                _ = loop.CreateTask(
                    async _ =>
                    {
                        try
                        {
                            await loop.CreateFuture<int>();
                        }
                        catch (OperationCanceledException)
                        {
                            throw new IOException("while ending");
                        }
                    },
                    "failing");
                await Task.Yield();
                order.Add("main");
            },
            Options);
        Assert.Equal(["main", "cleaned up"], order);
        LoopExceptionContext error = Assert.Single(_errors);
        Assert.Equal("while ending", error.Exception!.Message);
        Assert.Equal("failing", error.Task!.Name);
    }

    [Fact(DisplayName = "HL-09 A task that ignores its cancellation is left behind after the timeout and reported")]
    public void Dispose_WithATaskThatIgnoresCancellation_IsBounded()
    {
        var never = new TaskCompletionSource();
        LoopTask? stuck = null;
        using (var runner = new EventLoopRunner(Options) { ShutdownTimeout = TimeSpan.FromMilliseconds(1) })
        {
            runner.Run(async loop =>
            {
                stuck = loop.CreateTask(_ => never.Task, "stuck");
                await Task.Yield();
            });
        }

        LoopExceptionContext error = Assert.Single(_errors);
        Assert.Equal(LoopErrorKind.PendingTask, error.Kind);
        Assert.Same(stuck, error.Task);
    }

    [Fact(DisplayName = "HL-09 The end disposes enumerators, then ends the default executor, then closes")]
    public void Run_AtItsEnd_ShutsEverythingDown()
    {
        List<string> order = [];
        using var started = new SemaphoreSlim(0);
        EventLoop.Run(async loop =>
        {
            loop.Track(new Disposal(() => order.Add($"enumerator {loop.IsOnLoop}")));
            _ = loop.RunInExecutorAsync(null, () =>
            {
                started.Release();
                SpinWait.SpinUntil(() => order.Count > 0, TimeSpan.FromSeconds(30));
                order.Add("executor");
            });
            await started.WaitAsync(TimeSpan.FromSeconds(30));
        });
        Assert.Equal(["enumerator True", "executor"], order);
    }

    [Fact(DisplayName = "HL-09 A run inside a run on the same thread is refused")]
    public void Run_InsideARun_Throws() => EventLoop.Run(async loop =>
    {
        Assert.Throws<InvalidOperationException>(() => EventLoop.Run(_ => Task.CompletedTask));
        using var runner = new EventLoopRunner();
        Assert.Throws<InvalidOperationException>(() => runner.Run(_ => Task.CompletedTask));
        await Task.Yield();
        Assert.Same(loop, EventLoop.Current);
    });

    [Fact(DisplayName = "HL-09 Several runs of one runner share the loop and the context")]
    public void Runner_WithSeveralRuns_SharesTheLoop()
    {
        var local = new AsyncLocal<string?> { Value = "at first use" };
        using var runner = new EventLoopRunner();
        EventLoop? first = null;
        LoopTask? left = null;
        runner.Run(async loop =>
        {
            first = loop;
            Assert.Equal("at first use", local.Value);
            left = loop.CreateTask(async _ => await loop.CreateFuture<int>());
            await Task.Yield();
        });
        local.Value = "later";
        Assert.False(first!.IsClosed);
        Assert.False(left!.IsDone);
        Assert.Equal("at first use", runner.Run(loop => Task.FromResult(local.Value)));
        Assert.Same(first, runner.Loop);
        runner.Dispose();
        Assert.True(left.IsCanceled);
        Assert.True(first.IsClosed);
    }

    [Fact(DisplayName = "HL-09 A runner makes its loop only when it is used, closes it once, and refuses use afterwards")]
    public void Runner_LifeCycle_IsLazyAndEndsOnce()
    {
        int made = 0;
        var runner = new EventLoopRunner(() =>
        {
            made++;
            return EventLoop.Create();
        });
        Assert.Equal(0, made);
        EventLoop loop = runner.Loop;
        runner.Run(_ => Task.CompletedTask);
        Assert.Equal(1, made);
        runner.Dispose();
        runner.Dispose();
        Assert.True(loop.IsClosed);
        Assert.Throws<ObjectDisposedException>(() => runner.Run(_ => Task.CompletedTask));
        Assert.Throws<ObjectDisposedException>(() => runner.Loop);
        new EventLoopRunner(() => throw new InvalidOperationException("not reached")).Dispose();
    }

    [Fact(DisplayName = "HL-09 A runner is not disposed while it runs, and bad arguments are refused")]
    public void Runner_MisusedOrBadArguments_Throws()
    {
        using var runner = new EventLoopRunner();
        runner.Run(async _ =>
        {
            Assert.Throws<InvalidOperationException>(runner.Dispose);
            await Task.Yield();
        });
        Assert.Throws<ArgumentNullException>("main", () => runner.Run((Func<EventLoop, Task>)null!));
        Assert.Throws<ArgumentNullException>("main", () => EventLoop.Run((Func<EventLoop, Task>)null!));
        Assert.Throws<ArgumentNullException>("loopFactory", () => new EventLoopRunner((Func<EventLoop>)null!));
        Assert.Throws<ArgumentOutOfRangeException>(
            "ShutdownTimeout", () => new EventLoopRunner { ShutdownTimeout = TimeSpan.FromSeconds(-1) });
    }

    [Fact(DisplayName = "HL-09 A stop that ends the run before main does is an error, and main is canceled at the end")]
    public void Run_ThatIsStoppedEarly_Throws()
    {
        bool canceled = false;
        Assert.Throws<InvalidOperationException>(() => EventLoop.Run(
            async loop =>
            {
                loop.Stop();
                try
                {
                    await loop.CreateFuture<int>();
                }
                finally
                {
                    canceled = true;
                }
            },
            Options));
        Assert.True(canceled);
        Assert.Empty(_errors);
    }

    private sealed class Disposal(Action action) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            action();
            return default;
        }
    }
}
