using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Futures;

/// <summary>If one of these fails, a time limit leaves work running behind its back, or loses somebody's cancellation.</summary>
public sealed class WaitingTests : IDisposable
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(1);

    private readonly TestLoop _loop = new();

    public void Dispose() => _loop.Dispose();

    [Theory(DisplayName = "HL-01 Sleeping for zero or less goes on in exactly the next turn")]
    [InlineData(0)]
    [InlineData(-5)]
    public void SleepAsync_ZeroOrLess_TakesOneTurn(int milliseconds)
    {
        int steps = 0;
        LoopTask task = _loop.Loop.CreateTask(async _ =>
        {
            steps = 1;
            await _loop.Loop.SleepAsync(TimeSpan.FromMilliseconds(milliseconds));
            steps = 2;
            await _loop.Loop.SleepAsync(TimeSpan.FromMilliseconds(milliseconds));
            steps = 3;
        });

        for (int turn = 1; turn <= 3; turn++)
        {
            _loop.RunTurn();
            Assert.Equal(turn, steps);
        }

        _loop.RunTurnsUntil(() => task.IsDone, "the task");
    }

    [Fact(DisplayName = "HL-01 A sleep ends with the cancellation of the task that sleeps")]
    public void SleepAsync_TaskIsCanceled_Ends()
    {
        LoopTask task = _loop.Loop.CreateTask(async _ => await _loop.Loop.SleepAsync(TimeSpan.FromHours(1)));
        _loop.RunTurn();
        task.Cancel();
        _loop.RunTurnsUntil(() => task.IsDone, "the canceled task");

        Assert.True(task.IsCanceled);
        Assert.Equal(0, _loop.Loop.Statistics.ActiveTimers);
    }

    [Fact(DisplayName = "HL-03 HL-04 When the time is up, the body is canceled and has ended before the caller hears of it")]
    public void WithTimeout_TimeIsUp_WaitsForTheBody()
    {
        bool ended = false;
        _loop.Run(async () =>
        {
            TimeoutException failure = await Assert.ThrowsAsync<TimeoutException>(() => _loop.Loop.WithTimeoutAsync(
                async token =>
                {
                    try
                    {
                        await _loop.Loop.SleepAsync(TimeSpan.FromHours(1), token);
                    }
                    finally
                    {
                        await _loop.Loop.SleepAsync(TimeSpan.Zero, CancellationToken.None);
                        ended = true;
                    }
                },
                s_soon));
            Assert.True(ended);
            Assert.IsType<OperationCanceledException>(failure.InnerException, exactMatch: false);
        });
    }

    [Fact(DisplayName = "HL-03 A limit of zero does not even start the task")]
    public void WithTimeout_Zero_DoesNotStart()
    {
        bool ran = false;
        _loop.Run(async () => await Assert.ThrowsAsync<TimeoutException>(() => _loop.Loop.WithTimeoutAsync(
            _ =>
            {
                ran = true;
                return Task.CompletedTask;
            },
            TimeSpan.Zero)));
        Assert.False(ran);
    }

    [Fact(DisplayName = "HL-03 A body that ignores its cancellation and returns has succeeded")]
    public void WithTimeout_BodySuppressesCancellation_ReturnsItsValue() => _loop.Run(async () =>
    {
        int result = await _loop.Loop.WithTimeoutAsync(
            async token =>
            {
                try
                {
                    await _loop.Loop.SleepAsync(TimeSpan.FromHours(1), token);
                }
                catch (OperationCanceledException)
                {
                    return 42;
                }

                return 0;
            },
            s_soon);
        Assert.Equal(42, result);
    });

    [Fact(DisplayName = "HL-03 Another failure of the body is thrown as it is, and within the limit nothing is canceled")]
    public void WithTimeout_OtherOutcomes_AreKept() => _loop.Run(async () =>
    {
        await Assert.ThrowsAsync<FormatException>(() =>
            _loop.Loop.WithTimeoutAsync(_ => Task.FromException(new FormatException()), Patience.Bound));
        Assert.Equal(7, await _loop.Loop.WithTimeoutAsync(_ => Task.FromResult(7), Timeout.InfiniteTimeSpan));
        Assert.Equal(0, _loop.Loop.Statistics.ActiveTimers);
    });

    [Fact(DisplayName = "HL-03 Canceling the caller cancels the body, and that is no timeout")]
    public void WaitFor_CallerIsCanceled_CancelsTheTask()
    {
        LoopTask inner = _loop.Loop.CreateTask(async _ => await _loop.Loop.SleepAsync(TimeSpan.FromHours(1)));
        LoopTask outer = _loop.Loop.CreateTask(_ => _loop.Loop.WaitForAsync(inner, TimeSpan.FromHours(2)));
        _loop.RunTurns(3);
        outer.Cancel();
        _loop.RunTurnsUntil(() => outer.IsDone, "the canceled caller");

        Assert.True(inner.IsCanceled);
        Assert.True(outer.IsCanceled);
        Assert.Equal(0, _loop.Loop.Statistics.ActiveTimers);
    }

    [Fact(DisplayName = "HL-06 Canceling a shielded wait leaves the task running; canceling the task ends the wait")]
    public void Shield_KeepsCancellationOut()
    {
        LoopTask inner = _loop.Loop.CreateTask(async _ => await _loop.Loop.SleepAsync(TimeSpan.FromHours(1)));
        LoopTask outer = _loop.Loop.CreateTask(_ => inner.ShieldAsync());
        LoopTask second = _loop.Loop.CreateTask(_ => inner.ShieldAsync());
        _loop.RunTurns(3);
        outer.Cancel();
        _loop.RunTurnsUntil(() => outer.IsDone, "the canceled wait");
        Assert.False(inner.IsDone);

        inner.Cancel();
        _loop.RunTurnsUntil(() => second.IsDone, "the wait for a canceled task");
        Assert.True(second.IsCanceled);
    }

    [Fact(DisplayName = "HL-03 Bad limits and missing bodies are refused")]
    public void WithTimeout_BadArguments_Throw()
    {
        Assert.Throws<ArgumentNullException>(() => { _ = _loop.Loop.WithTimeoutAsync(null!, s_soon); });
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            _ = _loop.Loop.WithTimeoutAsync(_ => Task.CompletedTask, TimeSpan.FromSeconds(-2));
        });
    }
}
