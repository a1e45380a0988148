using System.Net;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

public class ServerClosingTests : ServerTest
{
    [Fact(DisplayName = "SV-12 SV-13 Close refuses at once, forgets its end points, keeps its connections, and may be repeated")]
    public void Close_WithAConnection_KeepsIt() => Run(async () =>
    {
        Server server = await ServeAsync();
        IReadOnlyList<EndPoint> before = server.EndPoints;
        EndPoint endPoint = Assert.Single(before);
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        server.Close();
        server.Close();
        Assert.False(server.IsServing);
        Assert.Empty(server.EndPoints);
        Assert.Equal(endPoint, Assert.Single(before));
        AssertRefuses(endPoint);
        await AssertEchoesAsync(peer);
        Assert.False(record.Transport.IsClosing);
        server.Close();
        peer.Dispose();
        await server.WaitClosedAsync();
    });

    [Theory(DisplayName = "SV-15 WaitClosedAsync ends when the server is closed and the last connection is gone, in either order")]
    [InlineData(false)]
    [InlineData(true)]
    public void WaitClosed_EitherOrder_WaitsForBoth(bool connectionFirst) => Run(async () =>
    {
        Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        Task[] waiters = [.. Enumerable.Range(0, 20).Select(_ => server.WaitClosedAsync())];
        if (connectionFirst)
        {
            peer.Dispose();
            await record.Lost;
        }
        else
        {
            server.Close();
        }

        await TurnsAsync(10);
        Assert.DoesNotContain(waiters, waiter => waiter.IsCompleted);
        if (connectionFirst)
        {
            server.Close();
        }
        else
        {
            peer.Dispose();
        }

        await Task.WhenAll(waiters);
        Assert.True(server.WaitClosedAsync().IsCompletedSuccessfully);
        Assert.Equal(0, server.ConnectionCount);
    });

    [Fact(DisplayName = "SV-15 Canceling a wait ends the wait, not the server")]
    public void WaitClosed_Canceled_LeavesTheServer() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        using var cancellation = new CancellationTokenSource();
        Task waiting = server.WaitClosedAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.True(server.IsServing);
    });

    [Fact(DisplayName = "SV-15 A server that never served and never connected ends at once")]
    public void WaitClosed_NeverServed_EndsAtOnce() => Run(async () =>
    {
        Server server = await ServeAsync(new ServerOptions { StartServing = false });
        server.Close();
        Assert.True(server.WaitClosedAsync().IsCompletedSuccessfully);
        await server.WaitClosedAsync();
    });

    [Fact(DisplayName = "SV-16 CloseClients sends what is buffered; AbortClients drops it, and two turns later all is over")]
    public void CloseAndAbortClients_FullBuffersAndSilentPeers_EndInTime() => Run(async () =>
    {
        Server server = await ServeAsync();
        List<(RawPeer Peer, ProtocolRecord Record)> slow = [];
        for (int i = 0; i < 5; i++)
        {
            (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server, smallBuffers: true);
            record.Transport.PauseReading();
            record.Transport.Write(new byte[4 << 20]);
            slow.Add((peer, record));
        }

        (RawPeer idle, ProtocolRecord idleRecord) = await ConnectAndWaitAsync(server);
        server.Close();
        server.CloseClients();
        Assert.Null(await idleRecord.Lost);
        Assert.Empty(await idle.ReceiveToEndAsync());
        Assert.Equal(4 << 20, (await slow[0].Peer.ReceiveToEndAsync()).Length);
        Assert.Null(await slow[0].Record.Lost);
        await TurnsAsync();
        Assert.Equal(4, server.ConnectionCount);
        Task closed = server.WaitClosedAsync();
        long turn = Loop.Statistics.Turns;
        server.AbortClients();
        await closed;
        Assert.InRange(Loop.Statistics.Turns - turn, 0, 2);
        Assert.All(slow, client => Assert.True(client.Record.Lost.IsCompleted));
    });

    [Fact(DisplayName = "SV-17 await using closes the server and waits for its connections")]
    public void DisposeAsync_WithAConnection_WaitsForIt() => Run(async () =>
    {
        Server server = await ServeAsync();
        EndPoint endPoint = server.EndPoints[0];
        (RawPeer peer, _) = await ConnectAndWaitAsync(server);
        Task disposing = server.DisposeAsync().AsTask();
        AssertRefuses(endPoint);
        await TurnsAsync(10);
        Assert.False(disposing.IsCompleted);
        peer.Dispose();
        await disposing;
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "SV-16 ShutdownAsync lets buffers drain, aborts what is left when the time is up, and counts that")]
    public void Shutdown_SomeDrainSomeDoNot_CountsTheAborted() => Run(async () =>
    {
        Server server = await ServeAsync();
        (RawPeer reading, ProtocolRecord readingRecord) = await ConnectAndWaitAsync(server, smallBuffers: true);
        (_, ProtocolRecord silentRecord) = await ConnectAndWaitAsync(server, smallBuffers: true);
        await ConnectAndWaitAsync(server);
        readingRecord.Transport.Write(new byte[2_000_000]);
        silentRecord.Transport.Write(new byte[4_000_000]);
        Task<byte[]> received = reading.ReceiveToEndAsync();
        Task<int> shutdown = server.ShutdownAsync(TimeSpan.FromMilliseconds(300));
        Assert.Equal(2_000_000, (await received).Length);
        Assert.Equal(1, await shutdown);
        Assert.All(Accepted, record => Assert.True(record.Lost.IsCompletedSuccessfully));
        Assert.Equal(0, await server.ShutdownAsync(TimeSpan.Zero));
    });

    [Fact(DisplayName = "SV-16 ShutdownAsync with nothing to drain ends at once, whatever the time; a negative time is refused")]
    public void Shutdown_NothingToDrain_EndsAtOnce() => Run(async () =>
    {
        int timers = Loop.Statistics.ActiveTimers;
        Server server = await ServeAsync();
        await ConnectAndWaitAsync(server);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("drainTimeout", () => server.ShutdownAsync(TimeSpan.FromSeconds(-5)));
        Assert.True(server.IsServing);
        Assert.Equal(0, await server.ShutdownAsync(Timeout.InfiniteTimeSpan));
        Assert.Null(await Accepted[0].Lost);
        Assert.Equal(timers, Loop.Statistics.ActiveTimers);
    });

    [Fact(DisplayName = "SV-16 ShutdownAsync with no time aborts what has not ended")]
    public void Shutdown_NoTime_AbortsAtOnce() => Run(async () =>
    {
        Server server = await ServeAsync();
        (_, ProtocolRecord record) = await ConnectAndWaitAsync(server, smallBuffers: true);
        record.Transport.Write(new byte[4_000_000]);
        Assert.Equal(1, await server.ShutdownAsync(TimeSpan.Zero));
        Assert.Null(await record.Lost);
    });

    [Fact(DisplayName = "SV-19 Clients that wait to be accepted when the server closes are ended, none is leaked")]
    public void Close_WhileClientsWait_EndsThem() => Run(async () =>
    {
        Server server = await ServeAsync();
        RawPeer[] waiting = [.. Enumerable.Range(0, 20).Select(_ => Connect(server))];
        server.Close();
        foreach (RawPeer peer in waiting)
        {
            await peer.EndedByResetAsync();
        }

        await server.WaitClosedAsync();
        Assert.Empty(Accepted);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    });

    [Theory(DisplayName = "SV-19 A connection whose factory closes the server is ended too, and WaitClosedAsync waits for it")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Close_InsideTheFactory_EndsTheConnection(int then) => Run(async () =>
    {
        Server? server = null;
        RecordingProtocol? protocol = null;
        server = await Loop.CreateServerAsync(
            () =>
            {
                server!.Close();
                if (then == 1)
                {
                    server.CloseClients();
                }
                else if (then == 2)
                {
                    server.AbortClients();
                }

                return protocol = Recorder();
            },
            "127.0.0.1",
            0);
        RawPeer peer = Connect(server);
        RawPeer second = Connect(server);
        await server.WaitClosedAsync();
        Assert.Equal(0, Loop.Statistics.Descriptors);
        Assert.NotNull(protocol);
        await peer.EndedByResetAsync();
        await second.EndedByResetAsync();
    });

    [Theory(DisplayName = "SV-19 Closing connections that were accepted but not yet told ends them silently")]
    [InlineData(false)]
    [InlineData(true)]
    public void CloseClients_BeforeConnectionMade_EndsThem(bool abort) => Run(async () =>
    {
        var accepted = new TaskCompletionSource();
        Server server = await Loop.CreateServerAsync(
            () =>
            {
                accepted.TrySetResult();
                return Echo();
            },
            "127.0.0.1",
            0);
        RawPeer peer = Connect(server);
        // Posted behind the message that accepts and before the one that tells the protocol, if that is another.
        while (!accepted.Task.IsCompleted)
        {
            await TurnsAsync(1);
        }

        server.Close();
        if (abort)
        {
            server.AbortClients();
        }
        else
        {
            server.CloseClients();
        }

        await server.WaitClosedAsync();
        await peer.EndedByResetAsync();
    });

    [Fact(DisplayName = "SV-12 Every member may be called from any thread")]
    public async Task Members_FromAnotherThread_WorkOnTheLoop()
    {
        using var running = new RunningLoop(new SelectorEventLoop());
        Server server = await running.DoAsync(
            () => running.Loop.CreateServerAsync(Echo, "127.0.0.1", 0, new ServerOptions { StartServing = false }));
        await server.StartServingAsync();
        Assert.True(server.IsServing);
        using var peer = RawPeer.Connect(server.EndPoints[0]);
        await AssertEchoesAsync(peer);
        Assert.Equal(1, server.ConnectionCount);
        using var other = RawPeer.Connect(server.EndPoints[0]);
        await AssertEchoesAsync(other);
        using var cancellation = new CancellationTokenSource();
        Task forever = server.ServeForeverAsync(cancellation.Token);
        server.CloseClients();
        Assert.Empty(await peer.ReceiveToEndAsync());
        Task closed = server.WaitClosedAsync();
        await cancellation.CancelAsync();
        await closed.WaitAsync(Patience.Bound);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => forever);
        Assert.Equal(0, await server.ShutdownAsync(TimeSpan.FromSeconds(1)));
    }
}
