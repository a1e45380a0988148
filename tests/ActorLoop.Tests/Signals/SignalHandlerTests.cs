using System.Runtime.InteropServices;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Signals;

/// <summary>If one of these fails, a service cannot be reloaded, drained or stopped by the signals its operator sends.</summary>
[Collection(nameof(SignalHandlerTests))]
[CollectionDefinition(nameof(SignalHandlerTests), DisableParallelization = true)]
public sealed partial class SignalHandlerTests : IDisposable
{
    // SIGUSR1 and SIGHUP: nobody else in the test host listens to them, and the tests handle them before they send them.
    private const int UserSignal = 10;

    private readonly TestLoop _loop = new();

    public void Dispose() => _loop.Dispose();

    [Fact(DisplayName = "SG-01 SG-07 A signal wakes a sleeping loop and runs its handler there")]
    public void Signal_WhileTheLoopSleeps_RunsTheHandlerOnTheLoop()
    {
        bool onLoop = false;
        _loop.Loop.AddSignalHandler(UserSignal, () =>
        {
            onLoop = _loop.Loop.IsOnLoop;
            _loop.Loop.Stop();
        });
        var sender = new Thread(() => Raise(UserSignal));
        _loop.Loop.CallSoon(sender.Start);

        _loop.RunForever();

        sender.Join();
        Assert.True(onLoop);
        Assert.Empty(_loop.Errors);
    }

    [Theory(DisplayName = "SG-02 Numbers that are no signal, or cannot be caught, are refused")]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65)]
    [InlineData(9)]
    [InlineData(19)]
    public void AddSignalHandler_BadNumber_Throws(int number)
    {
        Assert.ThrowsAny<ArgumentException>(() => _loop.Loop.AddSignalHandler(number, () => { }));
        Assert.ThrowsAny<ArgumentException>(() => _loop.Loop.RemoveSignalHandler(number));
    }

    [Fact(DisplayName = "SG-02 A missing callback is refused")]
    public void AddSignalHandler_NullCallback_Throws() =>
        Assert.Throws<ArgumentNullException>(() => _loop.Loop.AddSignalHandler(PosixSignal.SIGHUP, null!));

    [Fact(DisplayName = "SG-03 A loop on another thread than the main one handles signals, too")]
    public async Task AddSignalHandler_LoopOnAnotherThread_Works()
    {
        await using var thread = new EventLoopThread();
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        thread.Loop.Post(() =>
        {
            thread.Loop.AddSignalHandler(PosixSignal.SIGHUP, () => seen.TrySetResult());
            ready.SetResult();
        });
        await ready.Task.WaitAsync(Patience.Bound);

        Raise(1);

        await seen.Task.WaitAsync(Patience.Bound);
    }

    [Fact(DisplayName = "SG-04 Adding again replaces, also under the signal's other name, and each delivery is one call")]
    public void AddSignalHandler_Again_Replaces()
    {
        int first = 0;
        int second = 0;
        _loop.Loop.AddSignalHandler(1, () => first++);
        _loop.Loop.AddSignalHandler(PosixSignal.SIGHUP, () => second++);

        Raise(1);
        _loop.RunTurnsUntil(() => second == 1, "the first delivery");
        Raise(1);
        _loop.RunTurnsUntil(() => second == 2, "the second delivery");

        Assert.Equal(0, first);
        Assert.True(_loop.Loop.RemoveSignalHandler(1));
    }

    [Fact(DisplayName = "SG-05 Removing tells whether there was a handler")]
    public void RemoveSignalHandler_TellsWhetherThereWasOne()
    {
        Assert.False(_loop.Loop.RemoveSignalHandler(UserSignal));
        _loop.Loop.AddSignalHandler(UserSignal, () => { });
        Assert.True(_loop.Loop.RemoveSignalHandler(UserSignal));
        Assert.False(_loop.Loop.RemoveSignalHandler(UserSignal));
    }

    [Fact(DisplayName = "SG-06 Closing the loop removes its handlers, and other loops keep theirs")]
    public void Close_RemovesHandlersOfThisLoopOnly()
    {
        int other = 0;
        int closed = 0;
        _loop.Loop.AddSignalHandler(UserSignal, () => other++);
        using (var second = new TestLoop())
        {
            second.Loop.AddSignalHandler(UserSignal, () => closed++);
        }

        Raise(UserSignal);
        _loop.RunTurnsUntil(() => other == 1, "the delivery to the loop that is left");

        Assert.Equal(0, closed);
    }

    [Fact(DisplayName = "SG-01 A handler that throws is reported, and the loop goes on")]
    public void Handler_Throws_IsReported()
    {
        _loop.Loop.AddSignalHandler(UserSignal, () => throw new InvalidOperationException("handler"));
        Raise(UserSignal);
        _loop.RunTurnsUntil(() => _loop.Errors.Count == 1, "the report");

        Assert.Equal(LoopErrorKind.Callback, _loop.Errors[0].Kind);
        Assert.NotNull(_loop.Errors[0].Handle);
    }

    [Fact(DisplayName = "SG-02 LC-14 A closed loop takes no handler")]
    public void AddSignalHandler_ClosedLoop_Throws()
    {
        _loop.Loop.Close();
        Assert.Throws<LoopClosedException>(() => _loop.Loop.AddSignalHandler(UserSignal, () => { }));
    }

    private static void Raise(int signal)
    {
        if (Kill(Environment.ProcessId, signal) != 0)
        {
            throw new InvalidOperationException($"kill failed with errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
