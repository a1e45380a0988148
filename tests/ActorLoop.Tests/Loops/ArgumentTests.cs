using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>Bad arguments: refused at once, with the name, the value and what is allowed.</summary>
public sealed class ArgumentTests : IDisposable
{
    private static readonly TimeSpan s_negative = TimeSpan.FromSeconds(-3);

    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Options_WithNegativeDurations_AreRefused()
    {
        AssertRefused(
            nameof(EventLoopOptions.SlowCallbackDuration),
            () => _ = new EventLoopOptions { SlowCallbackDuration = s_negative });
        AssertRefused(
            nameof(EventLoopOptions.UnobservedExceptionDelay),
            () => _ = new EventLoopOptions { UnobservedExceptionDelay = s_negative });
        AssertRefused(nameof(EventLoopOptions.SpinBudget), () => _ = new EventLoopOptions { SpinBudget = s_negative });
        AssertRefused(nameof(EventLoopOptions.SpinBudget), () => _ = new EventLoopOptions() with { SpinBudget = s_negative });
        AssertRefused("value", () => Loop.SlowCallbackDuration = s_negative);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Options_WithoutRoomInTheMailbox_AreRefused(int capacity)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            nameof(EventLoopOptions.MailboxCapacity), () => new EventLoopOptions { MailboxCapacity = capacity });
        Assert.Equal(capacity, error.ActualValue);
        Assert.Contains("at least one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_ByDefault_AreWhatTheirDocsSay()
    {
        var options = new EventLoopOptions();
        Assert.Null(options.Name);
        Assert.Equal(TimeSpan.FromMilliseconds(100), options.SlowCallbackDuration);
        Assert.Equal(TimeSpan.FromSeconds(5), options.UnobservedExceptionDelay);
        Assert.Null(options.SpinBudget);
        Assert.Null(options.MailboxCapacity);
        Assert.Same(TimeProvider.System, options.TimeProvider);
        Assert.Null(options.LoggerFactory);
        Assert.Null(options.ExceptionHandler);
        Assert.Throws<ArgumentNullException>(
            nameof(EventLoopOptions.TimeProvider), () => new EventLoopOptions { TimeProvider = null! });
        Assert.Equal(TimeSpan.Zero, new EventLoopOptions { SpinBudget = TimeSpan.Zero }.SpinBudget);
        Assert.Matches("^loop-[0-9]+$", Loop.Name);
    }

    [Fact]
    public void Members_WithNull_AreRefused()
    {
        Func<CancellationToken, Task>? noBody = null;
        Func<CancellationToken, Task<int>>? noBodyWithResult = null;
        LoopTaskOptions? noOptions = null;
        Assert.Throws<ArgumentNullException>("body", () => { _ = Loop.CreateTask(noBody!); });
        Assert.Throws<ArgumentNullException>("body", () => { _ = Loop.CreateTask(noBodyWithResult!); });
        Assert.Throws<ArgumentNullException>("options", () => { _ = Loop.CreateTask(_ => Task.CompletedTask, noOptions!); });
        Assert.Throws<ArgumentNullException>("task", () => { _ = Loop.WrapFuture<int>(null!); });
        Assert.Throws<ArgumentNullException>("work", () => { _ = Loop.RunInExecutorAsync(null, (Action)null!); });
        Assert.Throws<ArgumentNullException>("work", () => { _ = Loop.RunInExecutorAsync(null, (Func<int>)null!); });
        Assert.Throws<ArgumentNullException>("executor", () => Loop.SetDefaultExecutor(null!));
        Assert.Throws<ArgumentNullException>("source", () => Loop.Track((IAsyncEnumerable<int>)null!));
        Assert.Throws<ArgumentNullException>("enumerator", () => Loop.Track((IAsyncDisposable)null!));
        Assert.Throws<ArgumentNullException>("main", () => EventLoop.Run((Func<EventLoop, Task>)null!));
        Assert.Throws<ArgumentNullException>("loopFactory", () => new EventLoopThread((Func<EventLoop>)null!));
        Assert.Throws<ArgumentNullException>("selector", () => new CustomLoop(null!));
        Assert.Empty(Loop.AllTasks);
    }

    [Fact]
    public async Task ShutdownDefaultExecutor_WithANegativeTimeout_IsRefused()
    {
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            "timeout", () => Loop.ShutdownDefaultExecutorAsync(s_negative));
        Assert.Equal(s_negative, error.ActualValue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Group_WithoutLoops_IsRefused(int count)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>("loops", () => { _ = new EventLoopGroup(count); });
        Assert.Equal(count, error.ActualValue);
    }

    [Fact]
    public async Task Group_StoppedWithANegativeTime_IsRefusedAndRunsOn()
    {
        await using var group = new EventLoopGroup(1);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("drainTimeout", () => group.StopAsync(s_negative));
        Assert.True(group.Next().TryPost(() => { }));
    }

    [Fact(DisplayName = "A loop of another kind says which member it does not support")]
    public void CustomLoop_AskedForTheNetwork_RefusesByName()
    {
        using var loop = new CustomLoop(new ManualSelector(new ManualClock()));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Action[] calls =
        [
            () => _ = loop.CreateConnectionAsync(() => new Silent(), "127.0.0.1", 1),
            () => _ = loop.CreateConnectionAsync(() => new Silent(), socket),
            () => _ = loop.CreateServerAsync(() => new Silent(), "127.0.0.1", 0),
            () => _ = loop.CreateServerAsync(() => new Silent(), ["127.0.0.1"], 0),
            () => _ = loop.CreateServerAsync(() => new Silent(), socket),
        ];
        Assert.All(calls, call =>
        {
            var error = Assert.Throws<NotSupportedException>(call);
            Assert.Contains(nameof(CustomLoop), error.Message, StringComparison.Ordinal);
        });
        bool ran = false;
        loop.CallSoon(() => ran = true);
        loop.Stop();
        loop.RunForever();
        Assert.True(ran);
        Assert.StartsWith(nameof(CustomLoop), loop.ToString(), StringComparison.Ordinal);
    }

    private static void AssertRefused(string name, Action call)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(name, call);
        Assert.Equal(s_negative, error.ActualValue);
        Assert.Contains("-00:00:03", error.Message, StringComparison.Ordinal);
    }

    private sealed class CustomLoop(Selector selector) : EventLoop(selector, options: null);

    private sealed class Silent : Protocol;
}
