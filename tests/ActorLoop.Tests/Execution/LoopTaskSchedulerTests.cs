using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Execution;

/// <summary>The loop as a scheduler for tasks of the base class library.</summary>
public sealed class LoopTaskSchedulerTests : IDisposable
{
    private readonly TestLoop _test = new();
    private readonly List<string> _ran = [];

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void StartNew_OnTheScheduler_RunsOneMessageEach()
    {
        for (int i = 0; i < 3; i++)
        {
            _ = Start(() =>
            {
                Assert.Same(Loop.TaskScheduler, TaskScheduler.Current);
                Assert.True(Loop.IsOnLoop);
                _ran.Add("ran");
            });
        }

        Assert.Empty(_ran);
        long before = Loop.Statistics.Messages;
        _test.RunTurn();
        Assert.Equal(3, _ran.Count);
        Assert.Equal(3, Loop.Statistics.Messages - before);
        Assert.Equal(1, Loop.TaskScheduler.MaximumConcurrencyLevel);
    }

    [Fact(DisplayName = "IT-05 A task for the scheduler never runs inside the call that starts it")]
    public void StartNew_OnTheLoop_RunsLater()
    {
        Loop.CallSoon(() =>
        {
            Task task = Start(() => _ran.Add("task"));
            _ = task.ContinueWith(_ => _ran.Add("continuation"), Loop.TaskScheduler);
            Loop.CallSoon(() => _ran.Add("callback"));
            _ran.Add("starter");
        });
        _test.RunTurns(3);
        Assert.Equal(["starter", "task", "callback", "continuation"], _ran);
    }

    [Fact]
    public void RunSynchronously_OnTheLoop_RunsInPlace() => _test.Run(() =>
    {
        var task = new Task(() => _ran.Add("in place"));
        task.RunSynchronously(Loop.TaskScheduler);
        Assert.Equal(["in place"], _ran);
        return Task.CompletedTask;
    });

    [Fact]
    public void RunSynchronously_ElseWhere_WaitsForTheLoop()
    {
        using var running = new RunningLoop(EventLoop.Create());
        bool onLoop = false;
        var task = new Task(() => onLoop = running.Loop.IsOnLoop);
        task.RunSynchronously(running.Loop.TaskScheduler);
        Assert.True(onLoop);
    }

    [Fact]
    public void StartNew_OnAClosedLoop_Throws()
    {
        Loop.Close();
        var error = Assert.Throws<TaskSchedulerException>(() => { _ = Start(() => _ran.Add("never")); });
        Assert.IsType<LoopClosedException>(error.InnerException);
        Assert.Empty(_ran);
    }

    private Task Start(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, Loop.TaskScheduler);
}
