using System.Runtime.CompilerServices;
using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Streams;

public class HandlerTests : StreamTest
{
    [Fact(DisplayName = "ST-15 A handler is a task of the loop; when it returns, what it wrote is sent and the connection closed")]
    public void Handler_Returns_ClosesAfterSending() => Run(async () =>
    {
        LoopTask? task = null;
        byte[] answer = TestBytes.Make(500_000);
        (Server server, RawPeer peer) = await ServeAsync(async (stream, token) =>
        {
            task = EventLoop.CurrentTask;
            Assert.Equal(task!.CancellationToken, token);
            stream.Write(await stream.ReadLineAsync(cancellationToken: token));
            stream.Write(answer);
        });
        await peer.SendAsync(Bytes("hello\n"));
        byte[] expected = [.. Bytes("hello\n"), .. answer];
        Assert.Equal(expected, await peer.ReceiveToEndAsync());
        await task!;
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "ST-15 With KeepOpen a handler that returns leaves the connection to whoever has the stream")]
    public void Handler_ReturnsWithKeepOpen_LeavesItOpen() => Run(async () =>
    {
        var kept = new TaskCompletionSource<LoopStream>();
        (Server server, RawPeer peer) = await ServeAsync(
            (stream, _) =>
            {
                kept.SetResult(stream);
                return Task.CompletedTask;
            },
            new StreamOptions { KeepOpen = true });
        LoopStream stream = await kept.Task;
        await TurnsAsync(10);
        await stream.WriteAsync(Bytes("still open"));
        stream.Close();
        Assert.Equal("still open", Text(await peer.ReceiveToEndAsync()));
        await server.DisposeAsync();
    });

    [Theory(DisplayName = "ST-15 A handler that throws is reported once and its connection closed")]
    [InlineData(false)]
    [InlineData(true)]
    public void Handler_Throws_IsReportedAndCloses(bool keepOpen) => Run(async () =>
    {
        var failure = new InvalidOperationException("mine");
        (Server server, RawPeer peer) = await ServeAsync(
            async (stream, _) =>
            {
                await stream.ReadLineAsync();
                throw failure;
            },
            new StreamOptions { KeepOpen = keepOpen });
        await peer.SendAsync(Bytes("go\n"));
        Assert.Empty(await peer.ReceiveToEndAsync());
        LoopExceptionContext report = TakeReport();
        Assert.Same(failure, report.Exception);
        Assert.Equal(LoopErrorKind.StreamHandler, report.Kind);
        Assert.NotNull(report.Task);
        Assert.NotNull(report.Transport);
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "ST-15 A plain function that throws, or returns no task, is treated the same")]
    public void Handler_ThrowsSynchronously_IsReportedAndCloses() => Run(async () =>
    {
        (Server server, RawPeer peer) = await ServeAsync((_, _) => throw new InvalidOperationException("at once"));
        Assert.Empty(await peer.ReceiveToEndAsync());
        Assert.Equal("at once", TakeReport().Exception!.Message);
        await server.DisposeAsync();

        Task none = null!;
        (server, peer) = await ServeAsync((_, _) => none);
        Assert.Empty(await peer.ReceiveToEndAsync());
        Assert.Contains("null", TakeReport().Exception!.Message, StringComparison.Ordinal);
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "ST-15 A handler that is canceled closes its connection silently, also in the middle of a read without token")]
    public void Handler_Canceled_ClosesSilently() => Run(async () =>
    {
        LoopTask? task = null;
        (Server server, RawPeer peer) = await ServeAsync(
            async (stream, _) =>
            {
                task = EventLoop.CurrentTask;
                await stream.ReadLineAsync();
            },
            new StreamOptions { KeepOpen = true });
        await Patience.WaitForAsync(() => task is not null, "the handler runs");
        task!.Cancel();
        Assert.Empty(await peer.ReceiveToEndAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await task);
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "ST-15 That its connection is lost is no error of a handler; it is traced")]
    public void Handler_ConnectionLost_IsNotReported() => Run(async () =>
    {
        (Server server, RawPeer peer) = await ServeAsync(async (stream, _) => await stream.ReadLineAsync());
        await Patience.WaitForAsync(() => server.ConnectionCount == 1, "accepted");
        peer.Reset();
        await Patience.WaitForAsync(() => Loop.AllTasks.Count == 1, "the handler is done");
        Assert.Contains(LinesOf(LogLevel.Debug), line => line.Contains("stream handler", StringComparison.Ordinal));
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "ST-15 The loss of another connection is an error of the handler that does not catch it")]
    public void Handler_OtherConnectionLost_IsReported() => Run(async () =>
    {
        (LoopStream other, RawPeer otherPeer) = await OpenAsync();
        (Server server, RawPeer peer) = await ServeAsync(async (_, _) => await other.ReadLineAsync());
        await Patience.WaitForAsync(() => server.ConnectionCount == 1, "accepted");
        await TurnsAsync(5);
        otherPeer.Reset();
        Assert.Empty(await peer.ReceiveToEndAsync());
        Assert.IsType<ConnectionLostException>(TakeReport().Exception);
        other.Close();
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "The handler's token is canceled when its connection has ended, and reads that wait are over by then")]
    public void Handler_ConnectionEnds_ItsTokenIsCanceled() => Run(async () =>
    {
        (LoopStream other, _) = await OpenAsync();
        List<string> seen = [];
        var done = new TaskCompletionSource();
        (Server server, RawPeer peer) = await ServeAsync(async (stream, token) =>
        {
            Task<int> read = stream.ReadAsync(new byte[1], token).AsTask();
            try
            {
                await other.ReadLineAsync(cancellationToken: token);
            }
            catch (OperationCanceledException)
            {
                seen.Add(token.IsCancellationRequested ? "token" : "?");
            }

            seen.Add($"read {await read}");
            done.SetResult();
        });
        await Patience.WaitForAsync(() => server.ConnectionCount == 1, "accepted");
        await TurnsAsync(5);
        server.CloseClients();
        await done.Task;
        Assert.Equal(["token", "read 0"], seen);
        Assert.Empty(await peer.ReceiveToEndAsync());
        other.Close();
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "Closing the server leaves handlers alone; shutting it down ends their connections")]
    public void ServerClose_HandlersGoOn_UntilShutdown() => Run(async () =>
    {
        (Server server, RawPeer peer) = await ServeAsync(EchoAsync);
        await peer.SendAsync(Bytes("one"));
        Assert.Equal("one", Text(await peer.ReceiveAsync(3)));
        server.Close();
        await peer.SendAsync(Bytes("two"));
        Assert.Equal("two", Text(await peer.ReceiveAsync(3)));
        Assert.Equal(0, await server.ShutdownAsync(TimeSpan.FromSeconds(30)));
        Assert.Empty(await peer.ReceiveToEndAsync());
    });

    [Fact(DisplayName = "Shutting down with a handler that cannot send aborts its connection when the time is up")]
    public void ServerShutdown_PeerDoesNotRead_Aborts() => Run(async () =>
    {
        var writing = new TaskCompletionSource();
        (Server server, _) = await ServeAsync(async (stream, _) =>
        {
            WriteUntilPaused(stream);
            writing.SetResult();
            await stream.DrainAsync();
        });
        await writing.Task;
        Assert.Equal(1, await server.ShutdownAsync(TimeSpan.Zero));
        await Patience.WaitForAsync(() => Loop.AllTasks.Count == 1, "the handler is done");
    });

    [Fact(DisplayName = "ST-16 Nothing but the loop needs to hold a handler while it waits")]
    public void Handler_WaitsThroughCollections_GoesOn() => Run(async () =>
    {
        (Server server, RawPeer peer) = await ServeAsync(async (stream, _) =>
        {
            await Task.Yield();
            stream.Write(await stream.ReadLineAsync());
        });
        await Patience.WaitForAsync(() => server.ConnectionCount == 1, "accepted");
        for (int i = 0; i < 3; i++)
        {
            await TurnsAsync();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        await peer.SendAsync(Bytes("x\n"));
        Assert.Equal("x\n", Text(await peer.ReceiveToEndAsync()));
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "A handler that reads without token does not keep Run from ending")]
    public void Run_HandlerWaits_EndsAllTheSame()
    {
        var ended = new StrongBox<bool>();
        EventLoop.Run(async loop =>
        {
            Server server = await loop.StartServerAsync(
                async (stream, _) =>
                {
                    try
                    {
                        await stream.ReadLineAsync();
                    }
                    finally
                    {
                        ended.Value = true;
                    }
                },
                "127.0.0.1",
                0);
            LoopStream client = await loop.OpenConnectionAsync("127.0.0.1", PortOf(server.EndPoints[0]));
            await Patience.WaitForAsync(() => server.ConnectionCount == 1, "accepted");
            await TurnsAsync(5);
            GC.KeepAlive(client);
        });
        Assert.True(ended.Value);
    }

    private static async Task EchoAsync(LoopStream stream, CancellationToken token)
    {
        byte[] buffer = new byte[1000];
        while (await stream.ReadAsync(buffer, token) is > 0 and int count)
        {
            await stream.WriteAsync(buffer.AsMemory(0, count), token);
        }
    }
}
