using System.Net.Sockets;
using ActorLoop.TestKit;
using ActorLoop.Tests.Loops;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Execution;

/// <summary>Errors that nobody caught (EH).</summary>
public sealed class ExceptionHandlerTests : IDisposable
{
    private readonly TestLoop _test = new();

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "EH-01 The default handler logs the message, then everything else by name, with the exception")]
    public void DefaultHandler_WithALogger_LogsAnError()
    {
        var log = new RecordedLog();
        using EventLoop loop = EventLoop.Create(new EventLoopOptions { LoggerFactory = log });
        Handle handle = loop.CallSoon(() => { });
        LoopFuture<int> future = loop.CreateFuture<int>();
        LoopTask task = loop.CreateTask(_ => Task.CompletedTask, "mine");
        var failure = new IOException("broken");
        loop.CallExceptionHandler(new LoopExceptionContext("It happened")
        {
            Kind = LoopErrorKind.Protocol,
            Exception = failure,
            Handle = handle,
            Future = future,
            Task = task,
            SourceTrace = "here",
            AsyncEnumerator = "enumerator",
            Original = new LoopExceptionContext("before"),
        });

        LogEntry entry = Assert.Single(log.Entries);
        Assert.Equal(LogLevel.Error, entry.Level);
        Assert.Same(failure, entry.Exception);
        string[] lines = entry.Text.Split(Environment.NewLine);
        Assert.Equal("It happened", lines[0]);
        string[] keys = [.. lines.Skip(1).Select(line => line.Split(':')[0])];
        Assert.Equal(["async enumerator", "created", "future", "handle", "kind", "original error", "task"], keys);
        Assert.Contains("task: LoopTask mine pending", lines);
        Assert.Contains("kind: Protocol", lines);
    }

    [Fact(DisplayName = "EH-01 DefaultExceptionHandler may be called by anybody, also after a handler was set")]
    public void DefaultHandler_CalledDirectly_Logs()
    {
        var log = new RecordedLog();
        using EventLoop loop = EventLoop.Create(new EventLoopOptions
        {
            LoggerFactory = log,
            ExceptionHandler = (_, _) => Assert.Fail("not asked"),
        });
        TestLoop.OnOtherThread(() => loop.DefaultExceptionHandler(new LoopExceptionContext("direct")));
        Assert.StartsWith("direct", Assert.Single(log.Entries).Text, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("context", () => loop.DefaultExceptionHandler(null!));
        Assert.Throws<ArgumentNullException>("context", () => loop.CallExceptionHandler(null!));
    }

    [Fact(DisplayName = "EH-02 EH-07 A context says what happened, for people and for programs; the rest is optional")]
    public void Context_MadeByAnybody_ReachesTheHandlerAsItIs()
    {
        var context = new LoopExceptionContext("mine");
        Assert.Equal(LoopErrorKind.Other, context.Kind);
        object?[] optional =
        [
            context.Exception, context.Future, context.Task, context.Handle, context.Protocol, context.Transport,
            context.Socket, context.AsyncEnumerator, context.SourceTrace, context.Original,
        ];
        Assert.All(optional, Assert.Null);
        Loop.CallExceptionHandler(context);
        Assert.Same(context, Assert.Single(_test.Errors));
    }

    [Fact(DisplayName = "EH-03 The handler can be replaced and taken away; null is the default one")]
    public void ExceptionHandler_Replaced_GetsWhatComesLater()
    {
        var log = new RecordedLog();
        using EventLoop loop = EventLoop.Create(new EventLoopOptions { LoggerFactory = log });
        Assert.Null(loop.ExceptionHandler);
        var errors = new RecordedErrors();
        loop.ExceptionHandler = errors.Handle;
        Assert.Equal(errors.Handle, loop.ExceptionHandler);
        loop.CallExceptionHandler(new LoopExceptionContext("to mine"));
        loop.ExceptionHandler = null;
        Assert.Null(loop.ExceptionHandler);
        loop.CallExceptionHandler(new LoopExceptionContext("to the default"));
        Assert.Equal("to mine", Assert.Single(errors.All).Message);
        Assert.StartsWith("to the default", Assert.Single(log.Entries).Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "EH-03 The handler gets the loop it belongs to")]
    public void ExceptionHandler_Called_GetsItsLoop()
    {
        EventLoop? given = null;
        Loop.ExceptionHandler = (loop, _) => given = loop;
        Loop.CallSoon(() => throw new IOException());
        _test.RunTurn();
        Assert.Same(Loop, given);
    }

    [Fact(
        DisplayName = "EH-04 A handler that throws is reported to the default one, with the original error, and the loop goes on")]
    public void ExceptionHandler_ThatThrows_IsReported()
    {
        var log = new RecordedLog();
        var broken = new InvalidOperationException("the handler");
        using var test = new TestLoop(
            options => EventLoop.Create(options with { LoggerFactory = log, ExceptionHandler = (_, _) => throw broken }));
        bool wentOn = false;
        test.Loop.CallSoon(() => throw new IOException("the callback"));
        test.Loop.CallSoon(() => wentOn = true);
        test.RunTurn();
        Assert.True(wentOn);
        LogEntry entry = Assert.Single(log.Entries);
        Assert.StartsWith("Unhandled error in exception handler", entry.Text, StringComparison.Ordinal);
        Assert.Same(broken, entry.Exception);
        Assert.Contains("original error: ", entry.Text, StringComparison.Ordinal);
        Assert.Contains("the callback", entry.Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "EH-04 A handler may end the run with a FatalLoopException")]
    public void ExceptionHandler_ThatThrowsFatally_LeavesTheRun()
    {
        bool next = false;
        Loop.ExceptionHandler = (_, error) => throw new FatalLoopException("give up", error.Exception!);
        Loop.CallSoon(() => throw new IOException());
        Loop.CallSoon(() => next = true);
        Assert.IsType<IOException>(Assert.Throws<FatalLoopException>(Loop.RunForever).InnerException);
        Assert.False(next);
        _test.RunTurn();
        Assert.True(next);
    }

    [Fact(DisplayName = "EH-05 The handler runs in the context of the callback or task that failed")]
    public void ExceptionHandler_Called_SeesTheContextOfTheCallback()
    {
        var local = new AsyncLocal<string?>();
        var seen = new List<string?>();
        Loop.ExceptionHandler = (_, _) => seen.Add(local.Value);
        local.Value = "handle";
        Loop.CallSoon(() =>
        {
            local.Value = "set by the callback";
            throw new IOException();
        });
        local.Value = "task";
        LoopTask task = Loop.CreateTask(_ => Task.CompletedTask);
        local.Value = "caller";
        _test.RunTurns(2);
        Loop.CallExceptionHandler(new LoopExceptionContext("by hand") { Task = task });
        Loop.CallExceptionHandler(new LoopExceptionContext("without"));
        Assert.Equal(["handle", "task", "caller"], seen);
        Assert.Equal("caller", local.Value);
    }

    [Fact(DisplayName = "EH-06 EH-07 A callback that fails is reported with message, exception and handle")]
    public void CallbackFailure_Reported_HasItsHandle()
    {
        Handle handle = Loop.CallSoon(Fail);
        TimerHandle timer = Loop.CallAt(TimeSpan.Zero, Fail);
        Loop.Post(Fail);
        _test.RunTurn();
        Assert.Equal(3, _test.Errors.Count);
        Assert.All(_test.Errors, error =>
        {
            Assert.Equal(LoopErrorKind.Callback, error.Kind);
            Assert.StartsWith("Exception in callback ", error.Message, StringComparison.Ordinal);
            Assert.Contains(nameof(Fail), error.Message, StringComparison.Ordinal);
            Assert.IsType<IOException>(error.Exception);
            Assert.Null(error.Task);
            Assert.Null(error.Transport);
        });
        Assert.Equal([handle, null, timer], _test.Errors.Select(error => error.Handle));
    }

    [Fact(
        DisplayName = "EH-06 EH-07 A protocol that fails is reported with transport and protocol, and its connection closed")]
    public void ProtocolFailure_Reported_HasTransportAndProtocol()
    {
        using var sockets = new SocketPair();
        var failure = new InvalidCastException("mine");
        var protocol = new Failing(failure);
        _test.Run(async () =>
        {
            (ITransport transport, _) = await Loop.CreateConnectionAsync(() => protocol, sockets.Near);
            sockets.Far.Send([1]);
            Assert.Same(failure, await protocol.Lost.Task);
            LoopExceptionContext error = Assert.Single(_test.Errors);
            Assert.Equal(LoopErrorKind.Protocol, error.Kind);
            Assert.Same(failure, error.Exception);
            Assert.Same(transport, error.Transport);
            Assert.Same(protocol, error.Protocol);
        });
    }

    [Fact(DisplayName = "EH-08 A reset connection is no error of the program: only ConnectionLost hears of it")]
    public void ConnectionReset_ByThePeer_IsNotReported()
    {
        using var sockets = new SocketPair();
        var protocol = new Failing(failure: null);
        _test.Run(async () =>
        {
            await Loop.CreateConnectionAsync(() => protocol, sockets.Near);
            sockets.Far.LingerState = new LingerOption(enable: true, seconds: 0);
            sockets.Far.Close();
            Exception? lost = await protocol.Lost.Task;
            Assert.NotNull(lost);
            Assert.True(lost is SocketException { SocketErrorCode: SocketError.ConnectionReset }, lost.ToString());
        });
        Assert.Empty(_test.Errors);
    }

    private static void Fail() => throw new IOException("broken");

    private sealed class Failing(Exception? failure) : Protocol
    {
        public TaskCompletionSource<Exception?> Lost { get; } = new();

        public override void DataReceived(ReadOnlySpan<byte> data)
        {
            if (failure is not null)
            {
                throw failure;
            }
        }

        public override void ConnectionLost(Exception? exception) => Lost.SetResult(exception);
    }
}
