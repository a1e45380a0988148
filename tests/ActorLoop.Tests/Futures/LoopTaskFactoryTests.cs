using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Futures;

public sealed class LoopTaskFactoryTests : IDisposable
{
    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "TK-03 A task factory makes every task; null brings the default back")]
    public void TaskFactory_ThatIsSet_MakesTheTasks()
    {
        Assert.Same(LoopTaskFactory.Default, Loop.TaskFactory);
        var factory = new NamingFactory();
        Loop.TaskFactory = factory;
        Assert.Same(factory, Loop.TaskFactory);

        LoopTask plain = Loop.CreateTask(_ => Task.CompletedTask);
        LoopTask<int> named = Loop.CreateTask(_ => Task.FromResult(2), "given");
        Assert.Equal("from the factory", plain.Name);
        Assert.Equal("given", named.Name);
        Assert.Equal(2, factory.Made);

        Loop.TaskFactory = null;
        Assert.Same(LoopTaskFactory.Default, Loop.TaskFactory);
        _test.RunTurn();
        Assert.Equal(2, named.Result);
    }

    [Fact(DisplayName = "TK-03 A factory that returns null or throws fails the call that wanted a task")]
    public void TaskFactory_ThatFails_FailsCreateTask()
    {
        Loop.TaskFactory = new BrokenFactory();
        Assert.Throws<InvalidOperationException>(() => Loop.CreateTask(_ => Task.CompletedTask));
        Assert.Throws<IOException>(() => Loop.CreateTask(_ => Task.FromResult(1)));
        Assert.Empty(Loop.AllTasks);
    }

    [Fact(DisplayName = "TK-14 An eager task runs up to its first suspension inside CreateTask")]
    public void EagerTask_ThatSuspends_HasRunItsFirstStep()
    {
        Loop.TaskFactory = LoopTaskFactory.Eager;
        List<string> order = [];
        LoopFuture<int> gate = Loop.CreateFuture<int>();
        LoopTask? task = null;
        Loop.CallSoon(() =>
        {
            task = Loop.CreateTask(async _ =>
            {
                order.Add("first");
                await gate;
                order.Add("second");
            });
            order.Add("created");
            Assert.False(task.IsDone);
            Assert.Contains(task, Loop.AllTasks);
        });
        _test.RunTurn();
        Assert.Equal(["first", "created"], order);
        gate.SetResult(1);
        _test.RunTurn();
        Assert.Equal(["first", "created", "second"], order);
        Assert.True(task!.IsDone);
        Assert.Empty(_test.Errors);
    }

    [Fact(DisplayName = "TK-14 An eager task that never suspends is done when CreateTask returns, and was never queued")]
    public void EagerTask_ThatNeverSuspends_IsDoneAtOnce()
    {
        Loop.TaskFactory = LoopTaskFactory.Eager;
        int depth = -1;
        bool isDone = false;
        Exception? stored = null;
        var failure = new IOException("mine");
        Loop.CallSoon(() =>
        {
            int before = Loop.Statistics.MailboxDepth;
            LoopTask<int> task = Loop.CreateTask(_ => Task.FromResult(1));
            LoopTask failed = Loop.CreateTask(_ => throw failure);
            isDone = task.IsDone;
            stored = failed.Exception;
            depth = Loop.Statistics.MailboxDepth - before;
        });
        _test.RunTurn();
        Assert.True(isDone);
        Assert.Same(failure, stored);
        Assert.Equal(0, depth);
        Assert.Empty(Loop.AllTasks);
    }

    [Fact(DisplayName = "TK-14 CurrentTask inside is the eager task, and is restored afterwards")]
    public void EagerTask_InsideATask_RestoresTheCurrentOne()
    {
        var local = new AsyncLocal<int>();
        LoopTask? inside = null;
        LoopTask? after = null;
        LoopTask? child = null;
        LoopTask? afterAwait = null;
        int localAfter = 0;
        LoopTask parent = Loop.CreateTask(async _ =>
        {
            local.Value = 1;
            child = Loop.CreateTask(
                _ =>
                {
                    inside = EventLoop.CurrentTask;
                    local.Value = 2;
                    return Task.CompletedTask;
                },
                new LoopTaskOptions { Eager = true });
            after = EventLoop.CurrentTask;
            localAfter = local.Value;
            await Task.Yield();
            afterAwait = EventLoop.CurrentTask;
        });
        _test.RunTurns(2);
        Assert.Same(child, inside);
        Assert.Same(parent, after);
        Assert.Same(parent, afterAwait);
        Assert.Equal(1, localAfter);
    }

    [Fact(DisplayName = "TK-14 Eager applies only while the loop runs")]
    public void EagerTask_BeforeTheRun_IsQueued()
    {
        Loop.TaskFactory = LoopTaskFactory.Eager;
        LoopTask task = Loop.CreateTask(_ => Task.CompletedTask);
        Assert.False(task.IsDone);
        _test.RunTurn();
        Assert.True(task.IsDone);
    }

    [Theory(DisplayName = "TK-15 The Eager option of one task overrides the factory")]
    [InlineData(true)]
    [InlineData(false)]
    public void EagerOption_OfOneTask_OverridesTheFactory(bool eager)
    {
        Loop.TaskFactory = eager ? LoopTaskFactory.Default : LoopTaskFactory.Eager;
        bool? done = null;
        Loop.CallSoon(() => done = Loop.CreateTask(_ => Task.CompletedTask, new LoopTaskOptions { Eager = eager }).IsDone);
        _test.RunTurn();
        Assert.Equal(eager, done);
    }

    private sealed class NamingFactory : LoopTaskFactory
    {
        public int Made { get; private set; }

        public override LoopTask Create(EventLoop loop, Func<CancellationToken, Task> body, LoopTaskOptions options)
        {
            Made++;
            return base.Create(loop, body, options with { Name = "from the factory" });
        }

        public override LoopTask<T> Create<T>(EventLoop loop, Func<CancellationToken, Task<T>> body, LoopTaskOptions options)
        {
            Made++;
            return base.Create(loop, body, options with { Name = "from the factory" });
        }
    }

    private sealed class BrokenFactory : LoopTaskFactory
    {
        public override LoopTask Create(EventLoop loop, Func<CancellationToken, Task> body, LoopTaskOptions options) => null!;

        public override LoopTask<T> Create<T>(EventLoop loop, Func<CancellationToken, Task<T>> body, LoopTaskOptions options) =>
            throw new IOException("broken");
    }
}
