using System.Net;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

public class ServerServingTests : ServerTest
{
    private static readonly ServerOptions s_later = new() { StartServing = false };

    [Fact(DisplayName = "SV-06 Without StartServing the port is bound and refuses until StartServingAsync, which may be repeated")]
    public void StartServing_Later_RefusesUntilThen() => Run(async () =>
    {
        await using Server server = await ServeAsync(s_later);
        Assert.False(server.IsServing);
        EndPoint endPoint = Assert.Single(server.EndPoints);
        AssertRefuses(endPoint);
        await server.StartServingAsync();
        await server.StartServingAsync();
        Assert.True(server.IsServing);
        RawPeer peer = Connect(endPoint);
        await AssertEchoesAsync(peer);
        peer.Dispose();
    });

    [Fact(DisplayName = "SV-07 When CreateServerAsync or StartServingAsync returns, clients are accepted")]
    public void CreateServer_Returned_Accepts() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        Assert.True(server.IsServing);
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        Assert.Same(Loop, record.Transport.Loop);
        Assert.Equal(peer.Socket.LocalEndPoint, record.Transport.RemoteEndPoint);
        Assert.Equal((1, 1L), (server.ConnectionCount, server.AcceptedCount));
        peer.Dispose();
        await record.Lost;
        await Patience.WaitForAsync(() => server.ConnectionCount == 0, "the server counts the end");
        Assert.Equal(1, server.AcceptedCount);
    });

    [Fact(DisplayName = "SV-08 What waits is accepted in one callback, each connection with a protocol of its own")]
    public void Accept_SeveralWait_AllInOneTurn() => Run(async () =>
    {
        List<long> turns = [];
        await using Server server = await Loop.CreateServerAsync(
            () =>
            {
                turns.Add(Loop.Statistics.Turns);
                return Echo();
            },
            "127.0.0.1",
            0);
        RawPeer[] peers = [.. Enumerable.Range(0, 10).Select(_ => Connect(server))];
        await Patience.WaitForAsync(() => Accepted.Count == 10, "all are accepted");
        Assert.Single(turns.Distinct());
        foreach (RawPeer peer in peers)
        {
            await AssertEchoesAsync(peer);
            peer.Dispose();
        }
    });

    [Fact(DisplayName = "SV-08 F2 Clients that reset before they are accepted do not keep others from being served")]
    public void Accept_AmongResetClients_ServesTheLiveOne() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        for (int i = 0; i < 5; i++)
        {
            Connect(server).Reset();
        }

        RawPeer peer = Connect(server);
        await AssertEchoesAsync(peer);
        peer.Dispose();
    });

    [Theory(DisplayName = "SV-11 F17 A factory that throws or returns null costs its connection only, with one report")]
    [InlineData(false)]
    [InlineData(true)]
    public void Factory_Fails_OnlyItsConnectionDies(bool throws) => Run(async () =>
    {
        bool fail = true;
        await using Server server = await Loop.CreateServerAsync(
            () => !fail ? Echo() : throws ? throw new InvalidTimeZoneException("factory") : null!, "127.0.0.1", 0);
        RawPeer bad = Connect(server);
        await bad.EndedByResetAsync();
        LoopExceptionContext report = TakeReport();
        Assert.Equal(LoopErrorKind.Accept, report.Kind);
        Assert.Equal(throws ? typeof(InvalidTimeZoneException) : typeof(InvalidOperationException), report.Exception!.GetType());
        Assert.Contains(bad.Socket.LocalEndPoint!.ToString()!, report.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0L), (server.ConnectionCount, server.AcceptedCount));
        fail = false;
        RawPeer good = Connect(server);
        await AssertEchoesAsync(good);
        good.Dispose();
    });

    [Fact(DisplayName = "SV-14 ServeForeverAsync starts serving, and ends only by cancellation, which closes the server")]
    public void ServeForever_Canceled_ClosesAndWaits() => Run(async () =>
    {
        Server server = await ServeAsync(s_later);
        using var cancellation = new CancellationTokenSource();
        Task forever = server.ServeForeverAsync(cancellation.Token);
        await TurnsAsync();
        Assert.True(server.IsServing);
        EndPoint endPoint = server.EndPoints[0];
        (RawPeer peer, _) = await ConnectAndWaitAsync(server);
        await cancellation.CancelAsync();
        await Patience.WaitForAsync(() => !server.IsServing, "the server closes");
        await TurnsAsync(10);
        AssertRefuses(endPoint);
        Assert.False(forever.IsCompleted);
        await AssertEchoesAsync(peer);
        peer.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => forever);
        await server.WaitClosedAsync();
    });

    [Fact(DisplayName = "SV-14 A token that is canceled already still closes the server")]
    public void ServeForever_CanceledBefore_Closes() => Run(async () =>
    {
        Server server = await ServeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.ServeForeverAsync(new CancellationToken(canceled: true)));
        Assert.False(server.IsServing);
        await server.WaitClosedAsync();
    });

    [Fact(DisplayName = "SV-14 Only one may serve for ever; after it ended another may not, because the server is closed")]
    public void ServeForever_Twice_IsRefused() => Run(async () =>
    {
        Server server = await ServeAsync();
        using var cancellation = new CancellationTokenSource();
        Task forever = server.ServeForeverAsync(cancellation.Token);
        await TurnsAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.ServeForeverAsync());
        Assert.False(forever.IsCompleted);
        Assert.True(server.IsServing);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => forever);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.ServeForeverAsync());
    });

    [Fact(DisplayName = "SV-14 Close elsewhere ends a pending ServeForeverAsync with a cancellation, once the connections are gone")]
    public void ServeForever_ClosedElsewhere_IsCanceled() => Run(async () =>
    {
        Server server = await ServeAsync();
        Task forever = server.ServeForeverAsync();
        (RawPeer peer, _) = await ConnectAndWaitAsync(server);
        server.Close();
        await TurnsAsync(10);
        Assert.False(forever.IsCompleted);
        peer.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => forever);
    });

    [Fact(DisplayName = "SV-14 SV-06 After Close, serving again is an invalid state, not an internal error")]
    public void StartServing_AfterClose_IsAnInvalidState() => Run(async () =>
    {
        Server server = await ServeAsync();
        server.Close();
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartServingAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.ServeForeverAsync());
        Assert.False(server.IsServing);
    });

    [Fact(DisplayName = "SV-18 The server keeps nothing of a connection that is gone")]
    public void Connection_Gone_IsForgotten() => Run(async () =>
    {
        List<WeakReference> protocols = [];
        await using Server server = await Loop.CreateServerAsync(
            () =>
            {
                var protocol = new Forgettable();
                protocols.Add(new WeakReference(protocol));
                return protocol;
            },
            "127.0.0.1",
            0);
        for (int i = 0; i < 10; i++)
        {
            RawPeer.Connect(server.EndPoints[0]).Dispose();
        }

        await Patience.WaitForAsync(() => server.AcceptedCount == 10 && server.ConnectionCount == 0, "all have come and gone");
        await TurnsAsync();
        await Patience.WaitForAsync(
            () =>
            {
                GC.Collect();
                return protocols.Count(protocol => protocol.IsAlive) <= 1;
            },
            "the protocols are collected");
    });

    [Fact(DisplayName = "SV-20 The server knows its loop, also after it and the loop are closed")]
    public void Loop_AfterEverything_IsStillKnown()
    {
        Server? server = null;
        EventLoop? loop = null;
        Run(async () =>
        {
            loop = Loop;
            server = await ServeAsync();
            Assert.Same(Loop, server.Loop);
            server.Close();
            Assert.Same(Loop, server.Loop);
        });
        Assert.Same(loop, server!.Loop);
    }

    private sealed class Forgettable : Protocol;
}
