using ActorLoop.TestKit;
using ActorLoop.Tests.Selectors;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Execution;

/// <summary>Debug mode (DB), in virtual time where something must be slow.</summary>
public sealed class DebugModeTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly RecordedLog _log = new();

    private IEnumerable<string> Warnings =>
        _log.Entries.Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Text);

    public void Dispose() => _log.Dispose();

    [Fact(DisplayName = "DB-01 Debug mode is an option, and can be switched while the loop lives")]
    public void Debug_Switched_TakesEffect()
    {
        using TestLoop test = NewLoop(debug: false);
        Assert.False(test.Loop.Debug);
        test.Loop.CallSoon(Dawdle);
        test.RunTurn();
        Assert.Empty(Warnings);
        test.Loop.Debug = true;
        test.Loop.CallSoon(Dawdle);
        test.RunTurn();
        Assert.Single(Warnings);
        test.Loop.Debug = false;
        test.Loop.CallSoon(Dawdle);
        test.RunTurn();
        Assert.Single(Warnings);
    }

    [Fact(DisplayName = "DB-01 A callback may switch debug mode")]
    public void Debug_SwitchedByACallback_WarnsFromTheNextOneOn()
    {
        using TestLoop test = NewLoop(debug: false);
        test.Loop.CallSoon(() =>
        {
            test.Loop.Debug = true;
            Dawdle();
        });
        test.RunTurn();
        Assert.Empty(Warnings);
        test.Loop.CallSoon(() =>
        {
            Dawdle();
            test.Loop.Debug = false;
        });
        test.RunTurn();
        Assert.Empty(test.Errors);
    }

    [Fact(DisplayName = "DB-02 A slow callback is a warning that names it, with its duration")]
    public void SlowCallback_InDebugMode_IsLogged()
    {
        using TestLoop test = NewLoop();
        Assert.Equal(TimeSpan.FromMilliseconds(100), test.Loop.SlowCallbackDuration);
        test.Loop.CallSoon(() => _clock.Advance(TimeSpan.FromMilliseconds(99)));
        test.RunTurn();
        Assert.Empty(Warnings);
        test.Loop.CallSoon(Dawdle);
        test.RunTurn();
        string warning = Assert.Single(Warnings);
        Assert.StartsWith("Executing ", warning, StringComparison.Ordinal);
        Assert.Contains($"{nameof(DebugModeTests)}.{nameof(Dawdle)}", warning, StringComparison.Ordinal);
        Assert.Contains("created at", warning, StringComparison.Ordinal);
        Assert.Contains(" took 0.250 seconds", warning, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "DB-02 The threshold can be changed; a slow post, timer, reader or continuation is named too")]
    public void SlowMessages_OfEveryKind_AreLogged()
    {
        using TestLoop test = NewLoop();
        test.Loop.SlowCallbackDuration = TimeSpan.FromMilliseconds(1);
        test.Loop.Post(Dawdle);
        test.Loop.CallAt(TimeSpan.Zero, Dawdle);
        _ = test.Loop.CreateTask(
            async _ =>
            {
                await Task.Yield();
                Dawdle();
            },
            "crawler");
        test.RunTurns(3);
        Assert.Equal(3, Warnings.Count());
        Assert.Equal(2, Warnings.Count(warning => warning.Contains(nameof(Dawdle), StringComparison.Ordinal)));
        Assert.Equal(1, Warnings.Count(warning => warning.Contains("LoopTask crawler", StringComparison.Ordinal)));

        test.Loop.SlowCallbackDuration = TimeSpan.FromHours(1);
        test.Loop.Post(Dawdle);
        test.RunTurn();
        Assert.Equal(3, Warnings.Count());
    }

    [Fact(DisplayName = "DB-03 TH-04 Debug mode refuses calls of a thread that does not run the loop")]
    public void WrongThread_InDebugMode_Throws()
    {
        using var pair = new DescriptorPair();
        using var running = new RunningLoop(EventLoop.Create(new EventLoopOptions { Debug = true, Name = "mine" }));
        EventLoop loop = running.Loop;
        Action[] refused = LoopThreadOnly(loop, pair.Near);
        Assert.All(refused, call =>
        {
            var error = Assert.Throws<InvalidOperationException>(call);
            Assert.Contains("mine", error.Message, StringComparison.Ordinal);
        });
        loop.CallSoonThreadSafe(() => { }).Cancel();
        loop.Post(() => { });
        Assert.True(loop.TryPost(() => { }));
        running.Do(() => Assert.All(refused.SkipLast(1), call => call()));
    }

    [Fact(DisplayName = "TH-04 While the loop does not run, or without debug mode, no thread is refused")]
    public void WrongThread_OtherwiseIsNotChecked()
    {
        using var pair = new DescriptorPair();
        using (TestLoop idle = NewLoop())
        {
            TestLoop.OnOtherThread(() => Assert.All(LoopThreadOnly(idle.Loop, pair.Near), call => call()));
        }

        using var running = new RunningLoop(EventLoop.Create());
        int ran = 0;
        running.Loop.CallSoon(() => ran++);
        running.Loop.CallLater(TimeSpan.Zero, () => ran++);
        running.Loop.CallAt(TimeSpan.Zero, () => ran++);
        Patience.WaitFor(() => running.Do(() => ran) == 3, "all three ran");
    }

    [Fact(
        DisplayName = "DB-04 In debug mode a handle tells what it runs and where it was created, and so does the report of its failure")]
    public void Handle_InDebugMode_KnowsItsOrigin()
    {
        using TestLoop test = NewLoop();
        Handle handle = test.Loop.CallSoon(Fail);
        Handle threadSafe = test.Loop.CallSoonThreadSafe(Fail);
        TimerHandle timer = test.Loop.CallAt(TimeSpan.Zero, Fail);
        foreach (Handle each in new[] { handle, threadSafe, timer })
        {
            string text = each.ToString();
            Assert.StartsWith(each.GetType().Name, text, StringComparison.Ordinal);
            Assert.Contains($"{nameof(DebugModeTests)}.{nameof(Fail)}", text, StringComparison.Ordinal);
            Assert.Contains($"created at {typeof(DebugModeTests).FullName}", text, StringComparison.Ordinal);
            Assert.Contains($"{nameof(DebugModeTests)}.cs:", text, StringComparison.Ordinal);
        }

        test.RunTurn();
        Assert.Equal(3, test.Errors.Count);
        Assert.All(test.Errors, error =>
        {
            Assert.Contains(nameof(Handle_InDebugMode_KnowsItsOrigin), error.SourceTrace, StringComparison.Ordinal);
            Assert.InRange(error.SourceTrace!.Split(Environment.NewLine).Length, 1, 10);
        });
        handle.Cancel();
        Assert.Contains("canceled", handle.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "DB-04 Without debug mode nothing remembers its origin")]
    public void Handle_WithoutDebugMode_HasNoTrace()
    {
        using TestLoop test = NewLoop(debug: false);
        Handle handle = test.Loop.CallSoon(Fail);
        Assert.DoesNotContain("created", handle.ToString(), StringComparison.Ordinal);
        test.RunTurn();
        Assert.Null(Assert.Single(test.Errors).SourceTrace);
    }

    [Fact(DisplayName = "DB-05 In debug mode the log says which selector the loop waits in, and when it is closed")]
    public void Loop_InDebugMode_LogsItsLife()
    {
        TestLoop test = NewLoop();
        LogEntry made = Assert.Single(_log.Entries);
        Assert.Equal(LogLevel.Debug, made.Level);
        Assert.Contains(nameof(ManualSelector), made.Text, StringComparison.Ordinal);
        Assert.Contains(test.Loop.Name, made.Text, StringComparison.Ordinal);
        test.Dispose();
        Assert.Equal(2, _log.Entries.Count);
        Assert.Contains("closed", _log.Entries[1].Text, StringComparison.Ordinal);
        NewLoop(debug: false).Dispose();
        Assert.Equal(2, _log.Entries.Count);
    }

    private static Action[] LoopThreadOnly(EventLoop loop, nint descriptor) =>
    [
        () => loop.CallSoon(() => { }),
        () => loop.CallSoon(_ => { }, null),
        () => loop.CallLater(TimeSpan.FromHours(1), () => { }),
        () => loop.CallLater(TimeSpan.FromHours(1), _ => { }, null),
        () => loop.CallAt(TimeSpan.FromHours(1), () => { }),
        () => _ = loop.CreateTask(_ => Task.CompletedTask),
        () => _ = loop.CreateTask(_ => Task.FromResult(1)),
        () => loop.AddReader(descriptor, () => { }),
        () => loop.AddWriter(descriptor, () => { }),
        () => loop.RemoveReader(descriptor),
        () => loop.RemoveWriter(descriptor),
        () => _ = loop.RunInExecutorAsync(null, () => 1),
        () => _ = loop.ShutdownAsyncEnumerablesAsync(),
        () => loop.SetDefaultExecutor(new ThreadExecutor()),
    ];

    private static void Fail() => throw new IOException();

    private TestLoop NewLoop(bool debug = true) =>
        new(_clock.CreateLoop, new EventLoopOptions { Debug = debug, LoggerFactory = _log });

    private void Dawdle() => _clock.Advance(TimeSpan.FromMilliseconds(250));
}
