using System.Runtime.CompilerServices;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Execution;

/// <summary>Where errors go when there is nothing better; and loops that nobody closed.</summary>
[Collection(Census.Name)]
public sealed class StandardErrorTests : IDisposable
{
    private readonly TextWriter _original = Console.Error;
    private readonly StringWriter _written = new();

    public StandardErrorTests()
    {
        Console.SetError(TextWriter.Synchronized(_written));
    }

    public void Dispose()
    {
        Console.SetError(_original);
        _written.Dispose();
    }

    [Fact(DisplayName = "EH-01 Without a logger the default handler writes to standard error")]
    public void DefaultHandler_WithoutALogger_WritesToStandardError()
    {
        using EventLoop loop = EventLoop.Create();
        loop.CallSoon(() => throw new IOException("nobody caught this"));
        loop.Stop();
        loop.RunForever();
        Assert.Contains("Exception in callback", Written, StringComparison.Ordinal);
        Assert.Contains("nobody caught this", Written, StringComparison.Ordinal);
    }

    [Fact(
        DisplayName = "EH-04 If handler and logger both throw, standard error hears of all three failures, and the loop goes on")]
    public void EverythingThatThrows_EndsOnStandardError()
    {
        var log = new RecordedLog { Failure = new InvalidOperationException("the logger") };
        using EventLoop loop = EventLoop.Create(new EventLoopOptions
        {
            LoggerFactory = log,
            ExceptionHandler = (_, _) => throw new InvalidCastException("the handler"),
        });
        bool wentOn = false;
        loop.CallSoon(() => throw new IOException("the callback"));
        loop.CallSoon(() => wentOn = true);
        loop.Stop();
        loop.RunForever();
        Assert.True(wentOn);
        Assert.Contains("the callback", Written, StringComparison.Ordinal);
        Assert.Contains("the handler", Written, StringComparison.Ordinal);
        Assert.Contains("the logger", Written, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "DB-02 A logger that throws at a warning does not end the run")]
    public void Warning_WithABrokenLogger_EndsOnStandardError()
    {
        var clock = new ManualClock();
        var log = new RecordedLog { Failure = new InvalidOperationException("the logger") };
        using EventLoop loop = clock.CreateLoop(new EventLoopOptions { LoggerFactory = log, Debug = true });
        loop.CallSoon(() => clock.Advance(TimeSpan.FromSeconds(1)));
        loop.Stop();
        loop.RunForever();
        Assert.Contains("took 1.000 seconds", Written, StringComparison.Ordinal);
        Assert.Contains("the logger", Written, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "LC-15 A loop that was dropped without Close is reported, and its descriptors are freed")]
    public void Loop_Dropped_IsReported()
    {
        var log = new RecordedLog();
        Drop(null, "warm-up");
        Collect(() => Written.Contains("warm-up", StringComparison.Ordinal));
        DescriptorCensus before = DescriptorCensus.Take();
        Drop(log, "forgotten");
        Drop(null, "forgotten too");
        Collect(() => log.Entries.Count > 0 && Written.Contains("forgotten too", StringComparison.Ordinal));
        Assert.Contains("Unclosed event loop 'forgotten'", log.Entries[0].Text, StringComparison.Ordinal);
        before.WaitUntilNothingNew();
    }

    [Fact(DisplayName = "LC-15 A loop that was closed is not reported")]
    public void Loop_Closed_IsNotReported()
    {
        var log = new RecordedLog();
        WeakReference loop = CreateAndClose(log);
        Collect(() => !loop.IsAlive);
        Assert.Empty(log.Entries);
    }

    private string Written
    {
        get
        {
            lock (Console.Error)
            {
                return _written.ToString();
            }
        }
    }

    private static void Collect(Func<bool> condition) => Patience.WaitFor(
        () =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return condition();
        },
        "the loop was collected");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(RecordedLog? log, string name)
    {
        EventLoop loop = EventLoop.Create(new EventLoopOptions { Name = name, LoggerFactory = log });
        loop.CallSoon(() => { });
        loop.Stop();
        loop.RunForever();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference CreateAndClose(RecordedLog log)
    {
        EventLoop loop = EventLoop.Create(new EventLoopOptions { LoggerFactory = log });
        loop.CallSoon(() => { });
        loop.Stop();
        loop.RunForever();
        loop.Close();
        return new WeakReference(loop);
    }
}
