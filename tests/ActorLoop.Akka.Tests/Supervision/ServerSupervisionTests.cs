using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ActorLoop.Akka.Tests.Kit;
using ActorLoop.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorLoop.Akka.Tests.Supervision;

public sealed class ServerSupervisionTests : AkkaTest
{
    private readonly ConcurrentQueue<NumberingProtocol> _protocols = new();

    [Fact(DisplayName = "AK-50 Escalate: the server restarts on the same listening socket, and its connections are aborted")]
    public async Task Failure_Escalated_RestartsTheServer()
    {
        SupervisedServer server = await StartAsync(AkkaDirective.Escalate);
        EndPoint address = server.EndPoints[0];
        using RawPeer bad = server.Connect();
        using RawPeer other = server.Connect();
        Assert.Equal("a1", await bad.ExchangeAsync("a", 2));
        Assert.Equal("a1", await other.ExchangeAsync("a", 2));
        await bad.SendAsync("!"u8.ToArray());
        await bad.EndedByResetAsync().WaitAsync(Patience.Bound);
        await other.EndedByResetAsync().WaitAsync(Patience.Bound);
        using RawPeer next = server.Connect();
        Assert.Equal("a1", await next.ExchangeAsync("a", 2));
        Assert.Equal(address, server.EndPoints[0]);
        Exception?[] reasons = await Task.WhenAll(_protocols.Take(2).Select(protocol => protocol.Lost.Task)).WaitAsync(Patience.Bound);
        Assert.IsType<InvalidOperationException>(reasons[0]);
    }

    [Fact(DisplayName = "AK-51 While a server restarts, clients wait in the queue of its socket and none is refused")]
    public async Task Server_RestartingAgainAndAgain_RefusesNobody()
    {
        Extension.ServerStrategy = new AkkaOneForOne(_ => AkkaDirective.Restart);
        SupervisedServer server = await StartAsync(AkkaDirective.Escalate);
        for (int i = 0; i < 30; i++)
        {
            using RawPeer bad = server.Connect();
            await bad.SendAsync("!"u8.ToArray());
            // Connects while the other one makes the server restart; what may happen to it is an abort, never a refusal.
            using RawPeer next = server.Connect();
            await bad.EndedByResetAsync().WaitAsync(Patience.Bound);
        }

        Assert.Equal("a1", await server.AskUntilAnsweredAsync());
    }

    [Fact(DisplayName = "AK-52 A server that used up its restarts is stopped, and its address is free")]
    public async Task Server_WithoutRestartsLeft_IsStopped()
    {
        Extension.ServerStrategy = new AkkaOneForOne(1, TimeSpan.FromMinutes(1), _ => AkkaDirective.Restart);
        SupervisedServer server = await StartAsync(AkkaDirective.Escalate);
        Probe probe = NewProbe();
        await probe.WatchAsync(server.Actor);
        using (RawPeer bad = server.Connect())
        {
            await bad.SendAsync("!"u8.ToArray());
            await bad.EndedByResetAsync().WaitAsync(Patience.Bound);
        }

        Assert.Equal("a1", await server.AskUntilAnsweredAsync());
        using (RawPeer bad = server.Connect())
        {
            await bad.SendAsync("!"u8.ToArray());
            await bad.EndedByResetAsync().WaitAsync(Patience.Bound);
        }

        await probe.ExpectTerminatedAsync();
        await Patience.WaitForAsync(() => IsRefused(server.EndPoints[0]), "closed socket");
    }

    [Fact(DisplayName = "AK-53 Stopping the actor of a server closes it and aborts its connections")]
    public async Task Actor_OfAServer_Stopped_ClosesIt()
    {
        SupervisedServer server = await StartAsync(AkkaDirective.Stop);
        using RawPeer peer = server.Connect();
        Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
        Probe probe = NewProbe();
        await probe.WatchAsync(server.Actor);
        System.Stop(server.Actor);
        await probe.ExpectTerminatedAsync();
        await peer.EndedByResetAsync().WaitAsync(Patience.Bound);
        await _protocols.Single().Lost.Task.WaitAsync(Patience.Bound);
        await Patience.WaitForAsync(() => IsRefused(server.EndPoints[0]), "closed socket");
    }

    [Fact(DisplayName = "AK-54 ShutdownAsync sends what is buffered, ends the connections and stops the actor")]
    public async Task Shutdown_WithBufferedData_SendsItFirst()
    {
        byte[] much = TestBytes.Make(4_000_000);
        var protocol = new RecordingProtocol();
        protocol.Record.OnMade = transport => transport.Write(much);
        SupervisedServer server = await Extension.CreateServerAsync(Loop, () => protocol, "127.0.0.1", 0);
        using RawPeer peer = server.Connect();
        await protocol.Record.Made.WaitAsync(Patience.Bound);
        Probe probe = NewProbe();
        await probe.WatchAsync(server.Actor);
        Task<int> shutdown = server.ShutdownAsync(Patience.Bound);
        Assert.Equal(much, await peer.ReceiveToEndAsync().WaitAsync(Patience.Bound));
        Assert.Equal(0, await shutdown.WaitAsync(Patience.Bound));
        await probe.ExpectTerminatedAsync();
    }

    [Fact(DisplayName = "AK-55 An address that is taken is told to the caller, and nothing is left behind")]
    public async Task Server_OnATakenAddress_IsNotMade()
    {
        SupervisedServer first = await StartAsync(AkkaDirective.Stop);
        int port = ((IPEndPoint)first.EndPoints[0]).Port;
        await Assert.ThrowsAsync<SocketException>(
            () => Extension.CreateServerAsync(Loop, NumberingProtocol.Into(_protocols), "127.0.0.1", port));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => Extension.CreateServerAsync(Loop, NumberingProtocol.Into(_protocols), "127.0.0.1", 70000));
    }

    [Fact(DisplayName = "AK-56 A server of a group spreads its connections, and each actor runs on the loop of its connection")]
    public async Task Server_OfAGroup_SpreadsActorsOverLoops()
    {
        await using var group = new EventLoopGroup(2);
        SupervisedServer server = await Extension.CreateServerAsync(group, NumberingProtocol.Into(_protocols), "127.0.0.1", 0);
        using RawPeer first = server.Connect();
        Assert.Equal("a1", await first.ExchangeAsync("a", 2));
        using RawPeer second = server.Connect();
        Assert.Equal("a1", await second.ExchangeAsync("a", 2));
        Assert.Equal(2, _protocols.Select(protocol => protocol.Transport.Loop).Distinct().Count());
        string[] dispatchers = [.. await Task.WhenAll(Enumerable.Range(1, 2).Select(async i =>
            ((ActorRefWithCell)await ResolveAsync(server, $"conn-{i}")).Underlying.Props.Dispatcher))];
        Assert.Equal(
            group.Loops.Select(Extension.DispatcherOf).Order(StringComparer.Ordinal),
            dispatchers.Order(StringComparer.Ordinal));
        Assert.Equal(0, await server.ShutdownAsync(Patience.Bound));
    }

    [Fact(DisplayName = "AK-57 A factory that throws costs this connection and is reported")]
    public async Task Factory_ThatThrows_CostsOneConnection()
    {
        int calls = 0;
        SupervisedServer server = await Extension.CreateServerAsync(
            Loop,
            () => ++calls == 1 ? throw new InvalidOperationException("factory") : new NumberingProtocol(),
            "127.0.0.1",
            0);
        using (RawPeer bad = server.Connect())
        {
            await bad.EndedByResetAsync().WaitAsync(Patience.Bound);
        }

        using RawPeer good = server.Connect();
        Assert.Equal("a1", await good.ExchangeAsync("a", 2));
        Assert.Equal("factory", Assert.Single(Reports).Exception!.Message);
    }

    [Fact(DisplayName = "AK-58 A lost loop is replaced when the strategy says Restart: servers come back on their sockets")]
    public async Task Loop_ThatIsLost_ComesBackWithItsServers()
    {
        Extension.LoopStrategy = new AkkaOneForOne(_ => AkkaDirective.Restart);
        var started = new ConcurrentQueue<EventLoopThread>();
        EventLoop lost = Extension.AddLoop(() =>
        {
            EventLoopThread thread = StartLoop();
            started.Enqueue(thread);
            return thread;
        });
        SupervisedServer server = await Extension.CreateServerAsync(lost, NumberingProtocol.Into(_protocols), "127.0.0.1", 0);
        using RawPeer peer = server.Connect();
        Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
        lost.Post(() => throw new FatalLoopException("by the test"));
        await peer.EndedByResetAsync().WaitAsync(Patience.Bound);
        await _protocols.Single().Lost.Task.WaitAsync(Patience.Bound);
        Assert.Equal("a1", await server.AskUntilAnsweredAsync());
        Assert.Equal(2, started.Count);
        Assert.True(lost.IsClosed);
        Assert.Same(started.Last().Loop, _protocols.Last().Transport.Loop);
        Assert.Equal(1, _protocols.First().LostCalls);
    }

    [Fact(DisplayName = "AK-58 Clients of a lost loop come back as well")]
    public async Task Loop_ThatIsLost_ComesBackWithItsClients()
    {
        Extension.LoopStrategy = new AkkaOneForOne(_ => AkkaDirective.Restart);
        EventLoop lost = Extension.AddLoop(() => StartLoop());
        SupervisedServer server = await StartAsync(AkkaDirective.Stop);
        int made = 0;
        await Extension.CreateClientAsync(
            lost,
            () =>
            {
                Interlocked.Increment(ref made);
                return new NumberingProtocol();
            },
            "127.0.0.1",
            ((IPEndPoint)server.EndPoints[0]).Port);
        await Patience.WaitForAsync(() => server.ConnectionCount == 1, "first connection");
        lost.Post(() => throw new FatalLoopException("by the test"));
        await Patience.WaitForAsync(() => Volatile.Read(ref made) == 2, "second connection");
    }

    private static bool IsRefused(EndPoint address)
    {
        try
        {
            using RawPeer peer = RawPeer.Connect(address);
            return false;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    private Task<IActorRef> ResolveAsync(SupervisedServer server, string child) =>
        System.ActorSelection($"{server.Actor.Path.ToStringWithoutAddress()}/{child}").ResolveOne(Patience.Bound);

    private Task<SupervisedServer> StartAsync(AkkaDirective directive) => Extension.CreateServerAsync(
        Loop,
        NumberingProtocol.Into(_protocols),
        "127.0.0.1",
        0,
        new SupervisedServerOptions { Strategy = new AkkaOneForOne(_ => directive) });
}
