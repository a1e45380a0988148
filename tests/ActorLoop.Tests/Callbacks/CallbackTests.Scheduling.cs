using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Callbacks;

public sealed partial class CallbackTests
{
    private const int UserSignal = 12;

    private static readonly Dictionary<string, Row> s_schedulingRows = new()
    {
        ["EventLoop.CallSoon(callback)"] = Scheduled((loop, callback) => loop.CallSoon(callback)),
        ["EventLoop.CallSoonThreadSafe(callback)"] = Scheduled((loop, callback) => loop.CallSoonThreadSafe(callback)),
        ["EventLoop.CallLater(callback)"] = Scheduled((loop, callback) => loop.CallLater(TimeSpan.Zero, callback)),
        ["EventLoop.CallAt(callback)"] = Scheduled((loop, callback) => loop.CallAt(loop.Time, callback)),
        ["EventLoop.Post(callback)"] = Scheduled((loop, callback) => loop.Post(callback)),
        ["EventLoop.TryPost(callback)"] = Scheduled((loop, callback) => loop.TryPost(callback)),
        ["LoopFuture.AddDoneCallback(callback)"] = Scheduled((loop, callback) => Done(loop).AddDoneCallback(_ => callback())),
        ["LoopFutureAwaiter.OnCompleted(continuation)"] = Scheduled((loop, callback) => Done(loop).GetAwaiter().OnCompleted(callback)),
        ["EventLoop.AddReader(callback)"] = new(Told.Reported, (test, failure) => test.WatchAsync(failure, write: false)),
        ["EventLoop.AddWriter(callback)"] = new(Told.Reported, (test, failure) => test.WatchAsync(failure, write: true)),
        ["EventLoop.AddSignalHandler(callback)"] = new(Told.Reported, (test, failure) => test.SignalAsync(failure)),
        ["EventLoop.ExceptionHandler"] = new(Told.Elsewhere, (test, failure) => test.HandlerAsync(failure)),
        ["EventLoopOptions.ExceptionHandler"] = new(Told.Elsewhere, (_, failure) => HandlerOfOptionsAsync(failure)),
    };

    private static Row Scheduled(Action<EventLoop, Action> schedule) => new(Told.Reported, async (test, failure) =>
    {
        schedule(test.Loop, () => throw failure);
        bool next = false;
        test.Loop.CallLater(TimeSpan.FromMilliseconds(1), () => next = true);
        await Patience.WaitForAsync(() => next, "the next callback");
    });

    private static LoopFuture<int> Done(EventLoop loop)
    {
        LoopFuture<int> future = loop.CreateFuture<int>();
        future.SetResult(1);
        return future;
    }

    private async Task WatchAsync(Exception failure, bool write)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.SendTo([1], socket.LocalEndPoint!);
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Callback()
        {
            called.SetResult();
            _ = write ? Loop.RemoveWriter(socket) : Loop.RemoveReader(socket);
            throw failure;
        }

        if (write)
        {
            Loop.AddWriter(socket, Callback);
        }
        else
        {
            Loop.AddReader(socket, Callback);
        }

        await called.Task;
    }

    private async Task SignalAsync(Exception failure)
    {
        Loop.AddSignalHandler(UserSignal, () => throw failure);
        Assert.Equal(0, Kill(Environment.ProcessId, UserSignal));
        await Patience.WaitForAsync(() => ReportCount > 0, "the signal");
        Assert.True(Loop.RemoveSignalHandler(UserSignal));
    }

    private async Task HandlerAsync(Exception failure)
    {
        int lines = LinesOf(LogLevel.Error).Length;
        Loop.ExceptionHandler = (_, _) => throw failure;
        Loop.CallSoon(() => throw new InvalidOperationException("the first one"));
        await TurnsAsync();
        string line = Assert.Single(LinesOf(LogLevel.Error).Skip(lines));
        Assert.Contains("the first one", line, StringComparison.Ordinal);
        Assert.Contains(failure.Message, line, StringComparison.Ordinal);
    }

    private static Task HandlerOfOptionsAsync(Exception failure)
    {
        TestLoop.OnOtherThread(() =>
        {
            using var log = new RecordedLog();
            using EventLoop loop = EventLoop.Create(
                new EventLoopOptions { ExceptionHandler = (_, _) => throw failure, LoggerFactory = log });
            loop.CallSoon(() => throw new InvalidOperationException("the first one"));
            loop.RunUntilComplete(() => TurnsAsync());
            Assert.Single(log.Entries, entry => entry.Level == LogLevel.Error);
        });
        return Task.CompletedTask;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
