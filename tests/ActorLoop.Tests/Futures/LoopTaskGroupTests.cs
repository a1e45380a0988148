using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Futures;

/// <summary>If one of these fails, a group leaves tasks behind, loses an error, or swallows somebody's cancellation.</summary>
public sealed class LoopTaskGroupTests : IDisposable
{
    private readonly TestLoop _loop = new();

    public void Dispose() => _loop.Dispose();

    [Fact(DisplayName = "HL-08 Leaving a group waits for all of its tasks, also for those that tasks started")]
    public void RunAsync_WaitsForAll()
    {
        int ended = 0;
        _loop.Run(async () =>
        {
            await LoopTaskGroup.RunAsync((group, stop) =>
            {
                _ = group.CreateTask(async token =>
                {
                    await _loop.Loop.SleepAsync(TimeSpan.Zero);
                    _ = group.CreateTask(async stop =>
                    {
                        await _loop.Loop.SleepAsync(TimeSpan.Zero);
                        ended++;
                    });
                    ended++;
                });
                return Task.CompletedTask;
            });
            Assert.Equal(2, ended);
        });
        Assert.Empty(_loop.Errors);
    }

    [Fact(DisplayName = "HL-08 The first failure cancels the others and the body, and every real error is in the aggregate")]
    public void RunAsync_TaskFails_CancelsSiblings()
    {
        bool siblingCanceled = false;
        bool bodyCanceled = false;
        _loop.Run(async () =>
        {
            AggregateException failure = await Assert.ThrowsAsync<AggregateException>(() => LoopTaskGroup.RunAsync(async (group, token) =>
            {
                _ = group.CreateTask(async inner =>
                {
                    try
                    {
                        await _loop.Loop.SleepAsync(TimeSpan.FromHours(1), inner);
                    }
                    catch (OperationCanceledException)
                    {
                        siblingCanceled = true;
                        throw new FormatException("while cleaning up");
                    }
                });
                _ = group.CreateTask(async stop =>
                {
                    await _loop.Loop.SleepAsync(TimeSpan.Zero);
                    throw new InvalidDataException("first");
                });
                try
                {
                    await _loop.Loop.SleepAsync(TimeSpan.FromHours(1), token);
                }
                catch (OperationCanceledException)
                {
                    bodyCanceled = true;
                    throw;
                }
            }));
            Assert.Equal([typeof(InvalidDataException), typeof(FormatException)], failure.InnerExceptions.Select(e => e.GetType()));
        });
        Assert.True(siblingCanceled);
        Assert.True(bodyCanceled);
        _loop.RunTurn();
        Assert.Equal(0, _loop.Loop.Statistics.ActiveTimers);
        Assert.Empty(_loop.Errors);
    }

    [Fact(DisplayName = "HL-08 A body that throws cancels its tasks")]
    public void RunAsync_BodyThrows_CancelsTasks()
    {
        LoopTask? child = null;
        _loop.Run(async () =>
        {
            AggregateException failure = await Assert.ThrowsAsync<AggregateException>(() => LoopTaskGroup.RunAsync(async (group, stop) =>
            {
                child = group.CreateTask(async token => await _loop.Loop.SleepAsync(TimeSpan.FromHours(1), token));
                await _loop.Loop.SleepAsync(TimeSpan.Zero);
                throw new FormatException();
            }));
            Assert.IsType<FormatException>(Assert.Single(failure.InnerExceptions));
        });
        Assert.True(child!.IsCanceled);
    }

    [Fact(DisplayName = "HL-08 Canceling the caller cancels the group, and the cancellation goes on outside")]
    public void RunAsync_CallerIsCanceled_EndsCanceled()
    {
        LoopTask? child = null;
        LoopTask caller = _loop.Loop.CreateTask(_ => LoopTaskGroup.RunAsync((group, stop) =>
        {
            child = group.CreateTask(async token => await _loop.Loop.SleepAsync(TimeSpan.FromHours(1), token));
            return Task.CompletedTask;
        }));
        _loop.RunTurns(5);
        caller.Cancel();
        _loop.RunTurnsUntil(() => caller.IsDone, "the canceled caller");

        Assert.True(child!.IsCanceled);
        Assert.True(caller.IsCanceled);
    }

    [Fact(DisplayName = "HL-08 Cancel ends a group quietly, and it takes no more tasks then")]
    public void Cancel_EndsQuietly() => _loop.Run(async () =>
    {
        LoopTaskGroup? seen = null;
        await LoopTaskGroup.RunAsync((group, stop) =>
        {
            seen = group;
            _ = group.CreateTask(async token => await _loop.Loop.SleepAsync(TimeSpan.FromHours(1), token));
            group.Cancel();
            Assert.Throws<InvalidOperationException>(() => { _ = group.CreateTask(_ => Task.CompletedTask); });
            return Task.CompletedTask;
        });
        Assert.Throws<InvalidOperationException>(() => { _ = seen!.CreateTask(_ => Task.CompletedTask); });
    });

    [Fact(DisplayName = "HL-08 Outside a loop there is no group")]
    public void RunAsync_OutsideALoop_Throws() =>
        Assert.Throws<InvalidOperationException>(() => { _ = LoopTaskGroup.RunAsync((_, _) => Task.CompletedTask); });
}
