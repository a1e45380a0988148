using System.Collections.Concurrent;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Supervision;

/// <summary>Phases, deadlines and tasks.</summary>
public sealed class CoordinatedShutdownTests
{
    private static readonly string[] s_phases =
    [
        "before-service-unbind",
        "service-unbind",
        "service-requests-done",
        "service-stop",
        "service-abort",
        "before-actor-system-terminate",
        "actor-system-terminate",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_RunsThePhasesInOrder()
    {
        var told = new List<string>();
        var shutdown = new CoordinatedShutdown(new CoordinatedShutdownOptions { PhaseEnded = report => told.Add(report.Name) });
        var ran = new ConcurrentQueue<string>();
        foreach (string phase in s_phases.Reverse())
        {
            shutdown.AddTask(phase, "task", async _ =>
            {
                await Task.Yield();
                ran.Enqueue(phase);
            });
        }

        Assert.False(shutdown.IsRunning);
        ShutdownReport report = await shutdown.RunAsync(new ShutdownReason("mine")).WaitAsync(Patience.Bound, Token);
        Assert.Equal(s_phases, shutdown.Phases.Select(phase => phase.Name));
        Assert.Equal(s_phases, ran);
        Assert.Equal(s_phases, told);
        Assert.Equal(s_phases, report.Phases.Select(phase => phase.Name));
        Assert.All(report.Phases, phase => Assert.Equal(1, phase.TaskCount));
        Assert.True(report.IsClean);
        Assert.Equal("mine", report.Reason.Description);
        Assert.Equal("mine", shutdown.Reason!.Description);
    }

    [Fact]
    public async Task RunAsync_Twice_IsTheSameRun()
    {
        int runs = 0;
        var shutdown = new CoordinatedShutdown();
        shutdown.AddTask(ShutdownPhases.ServiceStop, "count", _ =>
        {
            Interlocked.Increment(ref runs);
            return Task.CompletedTask;
        });
        Task<ShutdownReport> first = shutdown.RunAsync(new ShutdownReason("first"));
        Task<ShutdownReport> second = shutdown.RunAsync(new ShutdownReason("second"));
        Assert.Same(first, second);
        Assert.Equal("first", (await first.WaitAsync(Patience.Bound, Token)).Reason.Description);
        Assert.Same(first, shutdown.RunAsync());
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Tasks_OfOnePhase_RunSideBySide()
    {
        var shutdown = new CoordinatedShutdown();
        var meeting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shutdown.AddTask(ShutdownPhases.ServiceStop, "one", _ =>
        {
            meeting.SetResult();
            return other.Task;
        });
        shutdown.AddTask(ShutdownPhases.ServiceStop, "two", async _ =>
        {
            await meeting.Task;
            other.SetResult();
        });
        Assert.True((await shutdown.RunAsync().WaitAsync(Patience.Bound, Token)).IsClean);
    }

    [Fact]
    public async Task Phase_OutOfTime_IsLeftBehind()
    {
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource();
        var shutdown = new CoordinatedShutdown(new CoordinatedShutdownOptions
        {
            Phases = [new ShutdownPhase("first") { Timeout = TimeSpan.FromMilliseconds(20) }, new ShutdownPhase("second")],
        });
        shutdown.AddTask("first", "deaf", token =>
        {
            token.Register(canceled.SetResult);
            return never.Task;
        });
        shutdown.AddTask("first", "blocking", _ =>
        {
            canceled.Task.GetAwaiter().GetResult();
            return Task.CompletedTask;
        });
        shutdown.AddTask("first", "good", _ => Task.CompletedTask);
        bool second = false;
        shutdown.AddTask("second", "next", _ =>
        {
            second = true;
            return Task.CompletedTask;
        });
        ShutdownReport report = await shutdown.RunAsync().WaitAsync(Patience.Bound, Token);
        await canceled.Task.WaitAsync(Patience.Bound, Token);
        Assert.True(second);
        Assert.True(report.Phases[0].IsTimedOut);
        Assert.Equal(["deaf", "blocking"], report.Phases[0].Failures.Select(failure => failure.Key));
        Assert.All(report.Phases[0].Failures, failure => Assert.IsType<TimeoutException>(failure.Value));
        Assert.False(report.IsClean);
        Assert.False(report.Phases[1].IsTimedOut);
    }

    [Fact(DisplayName = "F33 A failure during shutdown is reported and holds up nobody")]
    public async Task Task_Fails_IsReported()
    {
        var shutdown = new CoordinatedShutdown();
        shutdown.AddTask(ShutdownPhases.ServiceStop, "at once", _ => throw new FormatException("at once"));
        shutdown.AddTask(ShutdownPhases.ServiceStop, "later", async _ =>
        {
            await Task.Yield();
            throw new FormatException("later");
        });
        shutdown.AddTask(ShutdownPhases.ServiceStop, "null", NoTask);
        shutdown.AddTask(ShutdownPhases.ServiceStop, "canceled", _ => Task.FromCanceled(new CancellationToken(canceled: true)));
        ShutdownReport report = await shutdown.RunAsync().WaitAsync(Patience.Bound, Token);
        ShutdownPhaseReport phase = report.Phases.Single(phase => phase.Name == ShutdownPhases.ServiceStop);
        Assert.False(phase.IsTimedOut);
        Assert.Equal(["at once", "later", "null", "canceled"], phase.Failures.Select(failure => failure.Key));
        Assert.Equal(s_phases.Length, report.Phases.Count);

#pragma warning disable VSTHRD114 // A user can do this, and must be told.
        static Task NoTask(CancellationToken token) => null!;
#pragma warning restore VSTHRD114
    }

    [Fact]
    public async Task Phase_ThatMustNotFail_EndsTheShutdown()
    {
        var shutdown = new CoordinatedShutdown(new CoordinatedShutdownOptions
        {
            Phases = [new ShutdownPhase("first") { Recover = false }, new ShutdownPhase("second")],
        });
        bool second = false;
        shutdown.AddTask("first", "bad", _ => throw new FormatException("bad"));
        shutdown.AddTask("second", "next", _ =>
        {
            second = true;
            return Task.CompletedTask;
        });
        ShutdownFailedException failure = await Assert.ThrowsAsync<ShutdownFailedException>(
            () => shutdown.RunAsync().WaitAsync(Patience.Bound, Token));
        Assert.Contains("bad", failure.Message, StringComparison.Ordinal);
        Assert.False(second);
    }

    [Fact]
    public async Task Phase_Disabled_RunsNothing()
    {
        var shutdown = new CoordinatedShutdown(new CoordinatedShutdownOptions
        {
            Phases = [new ShutdownPhase("first") { IsEnabled = false }],
            PhaseEnded = _ => throw new FormatException("observer"),
        });
        shutdown.AddTask("first", "bad", _ => throw new FormatException("bad"));
        Assert.Equal(0, Assert.Single((await shutdown.RunAsync().WaitAsync(Patience.Bound, Token)).Phases).TaskCount);
    }

    [Fact]
    public async Task AddTask_TooLateOrToNoPhase_IsRefused()
    {
        var shutdown = new CoordinatedShutdown();
        Assert.Throws<ArgumentException>("phase", () => shutdown.AddTask("service-unbound", "task", _ => Task.CompletedTask));
        Assert.Throws<ArgumentException>("name", () => shutdown.AddTask(ShutdownPhases.ServiceStop, "", _ => Task.CompletedTask));
        Assert.Throws<ArgumentNullException>("task", () => shutdown.AddTask(ShutdownPhases.ServiceStop, "task", null!));
        bool late = false;
        shutdown.AddTask(ShutdownPhases.ServiceStop, "adds", _ =>
        {
            Assert.Throws<InvalidOperationException>(
                () => shutdown.AddTask(ShutdownPhases.ServiceUnbind, "late", _ => Task.CompletedTask));
            shutdown.AddTask(ShutdownPhases.ServiceAbort, "in time", _ =>
            {
                late = true;
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });
        shutdown.AddTask(ShutdownPhases.ServiceStop, "taken back", _ => throw new FormatException("taken back")).Dispose();
        Assert.True((await shutdown.RunAsync().WaitAsync(Patience.Bound, Token)).IsClean);
        Assert.True(late);
    }

    [Fact]
    public async Task Deadlines_AreNotTouchedByClockJumps()
    {
        var shutdown = new CoordinatedShutdown(new CoordinatedShutdownOptions { TimeProvider = new JumpingClock() });
        shutdown.AddTask(ShutdownPhases.ServiceStop, "slow", async token => await Task.Delay(20, token));
        ShutdownReport report = await shutdown.RunAsync().WaitAsync(Patience.Bound, Token);
        Assert.True(report.IsClean);
        Assert.All(report.Phases, phase => Assert.InRange(phase.Elapsed, TimeSpan.Zero, Patience.Bound));
    }

    [Fact]
    public void Options_ThatMakeNoSense_AreRefused()
    {
        Assert.Throws<ArgumentException>("Phases", () => new CoordinatedShutdownOptions { Phases = [] });
        Assert.Throws<ArgumentException>(
            "Phases", () => new CoordinatedShutdownOptions { Phases = [new ShutdownPhase("same"), new ShutdownPhase("same")] });
        Assert.Throws<ArgumentException>("name", () => new ShutdownPhase(""));
        Assert.Throws<ArgumentOutOfRangeException>("Timeout", () => new ShutdownPhase("one") { Timeout = TimeSpan.FromSeconds(-2) });
        Assert.Equal(Timeout.InfiniteTimeSpan, new ShutdownPhase("one") { Timeout = Timeout.InfiniteTimeSpan }.Timeout);
    }

    /// <summary>Somebody sets the clock of the machine again and again, forth and back.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private int _calls;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddDays(Interlocked.Increment(ref _calls) % 2 * 10_000);
    }
}
