using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Loops;

public sealed class EventLoopThreadTests
{
    [Fact]
    public async Task Thread_WithALoop_RunsItUntilItIsStopped()
    {
        var local = new AsyncLocal<string> { Value = "of the creator" };
        var thread = new EventLoopThread(new EventLoopOptions { Name = "named" });
        var seen = new TaskCompletionSource<(string?, string?, bool)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (ExecutionContext.SuppressFlow())
        {
            thread.Loop.Post(() => seen.SetResult((Thread.CurrentThread.Name, local.Value, thread.Loop.IsOnLoop)));
        }

        Assert.Equal(("named", null, true), await seen.Task.WaitAsync(Patience.Bound));
        Assert.False(thread.Completion.IsCompleted);
        await thread.StopAsync().WaitAsync(Patience.Bound);
        await thread.StopAsync().WaitAsync(Patience.Bound);
        Assert.True(thread.Completion.IsCompletedSuccessfully);
        Assert.True(thread.Loop.IsClosed);
        await thread.DisposeAsync();
    }

    [Fact]
    public async Task StopAsync_AtOnce_EndsTheThread()
    {
        for (int i = 0; i < 100; i++)
        {
            await using var thread = new EventLoopThread();
            if (i % 2 == 0)
            {
                await thread.StopAsync().WaitAsync(Patience.Bound);
            }
        }
    }

    [Fact(DisplayName = "LC-18 A fatal exception ends the thread, and whoever holds it learns why")]
    public async Task Thread_WithAFatalException_FailsItsCompletion()
    {
        var errors = new RecordedErrors();
        var thread = new EventLoopThread(new EventLoopOptions { ExceptionHandler = errors.Handle });
        var fatal = new FatalLoopException("mine");
        thread.Loop.Post(() => throw fatal);
        Assert.Same(fatal, await Assert.ThrowsAsync<FatalLoopException>(() => thread.Completion.WaitAsync(Patience.Bound)));
        Assert.True(thread.Loop.IsClosed);
        Patience.WaitFor(() => errors.All.Any(error => error.Exception == fatal), "the report");
    }

    [Fact]
    public async Task StopAsync_WithTasksLeft_CancelsThem()
    {
        await using var thread = new EventLoopThread();
        EventLoop loop = thread.Loop;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool canceled = false;
        loop.Post(() => _ = loop.CreateTask(async token =>
        {
            started.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, loop.TimeProvider, token);
            }
            finally
            {
                canceled = true;
            }
        }));
        await started.Task.WaitAsync(Patience.Bound);
        await thread.StopAsync().WaitAsync(Patience.Bound);
        Assert.True(canceled);
    }
}
