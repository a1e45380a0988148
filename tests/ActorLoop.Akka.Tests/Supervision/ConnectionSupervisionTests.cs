using System.Collections.Concurrent;
using ActorLoop.Akka.Tests.Kit;
using ActorLoop.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorLoop.Akka.Tests.Supervision;

public sealed class ConnectionSupervisionTests : AkkaTest
{
    private readonly ConcurrentQueue<NumberingProtocol> _protocols = new();

    [Fact(DisplayName = "AK-30 Loop, server and connection are actors below /user/actorloop, on the loop's dispatcher")]
    public async Task Tree_OfAServer_HasItsPaths()
    {
        SupervisedServer server = await StartAsync(AkkaDirective.Stop, name: "echo");
        using RawPeer peer = server.Connect();
        Assert.Equal("ab1", await peer.ExchangeAsync("ab", 3));
        string root = $"/user/actorloop/loop-{Loop.Name}/server-echo";
        Assert.Equal(root, server.Actor.Path.ToStringWithoutAddress());
        IActorRef connection = await ResolveAsync($"{root}/conn-1");
        Assert.Equal(1, server.ConnectionCount);
        Assert.Equal(Extension.DispatcherOf(Loop), ((ActorRefWithCell)connection).Underlying.Props.Dispatcher);
    }

    [Fact(DisplayName = "AK-31 Stop: the connection is aborted, ConnectionLost gets the error once, others go on")]
    public async Task Failure_WithStop_EndsThisConnectionOnly()
    {
        SupervisedServer server = await StartAsync(AkkaDirective.Stop);
        using RawPeer bad = server.Connect();
        Assert.Equal("a1", await bad.ExchangeAsync("a", 2));
        using RawPeer good = server.Connect();
        Assert.Equal("a1", await good.ExchangeAsync("a", 2));
        await bad.SendAsync("!"u8.ToArray());
        await bad.EndedByResetAsync().WaitAsync(Patience.Bound);
        NumberingProtocol failed = _protocols.First();
        Exception? reason = await failed.Lost.Task.WaitAsync(Patience.Bound);
        Assert.Equal("!", Assert.IsType<InvalidOperationException>(reason).Message);
        Assert.Equal("b2", await good.ExchangeAsync("b", 2));
        Assert.Equal(1, failed.LostCalls);
        Assert.Empty(Reports);
    }

    [Fact(DisplayName = "AK-32 Resume: the callback that failed is dropped, and the connection goes on with its protocol")]
    public async Task Failure_WithResume_GoesOn()
    {
        SupervisedServer server = await StartAsync(AkkaDirective.Resume);
        using RawPeer peer = server.Connect();
        Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
        for (int i = 2; i < 10; i++)
        {
            NumberingProtocol protocol = Assert.Single(_protocols);
            var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            protocol.OnData = data => failed.TrySetResult();
            await peer.SendAsync("!"u8.ToArray());
            await failed.Task.WaitAsync(Patience.Bound);
            protocol.OnData = null;
            Assert.Equal($"b{i}", await peer.ExchangeAsync("b", 2));
        }

        Assert.False(_protocols.Single().Lost.Task.IsCompleted);
    }

    [Fact(DisplayName = "AK-33 Between a failure and the decision the protocol gets no data")]
    public async Task Failure_BeforeTheDecision_HoldsDataBack()
    {
        using var decide = new ManualResetEventSlim();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The server's actor decides on another loop than that of the connection.
        await using var group = new EventLoopGroup(2);
        SupervisedServer server = await Extension.CreateServerAsync(
            group,
            NumberingProtocol.Into(_protocols),
            "127.0.0.1",
            0,
            new SupervisedServerOptions
            {
                Strategy = new AkkaOneForOne(_ =>
                {
                    asked.SetResult();
                    Patience.WaitFor(decide.WaitHandle, "decision");
                    return AkkaDirective.Resume;
                }),
            });
        RawPeer[] peers = [server.Connect(), server.Connect()];
        Assert.Equal("a1", await peers[0].ExchangeAsync("a", 2));
        Assert.Equal("a1", await peers[1].ExchangeAsync("a", 2));
        int elsewhere = _protocols.Select((protocol, index) => (protocol, index))
            .Single(item => item.protocol.Transport.Loop != group.Loops[0]).index;
        NumberingProtocol failing = _protocols.ElementAt(elsewhere);
        RawPeer peer = peers.Single(p => p.Socket.LocalEndPoint!.Equals(failing.Transport.RemoteEndPoint));
        int calls = 0;
        failing.OnData = _ => calls++;
        await peer.SendAsync("!"u8.ToArray());
        await asked.Task.WaitAsync(Patience.Bound);
        await peer.SendAsync("b"u8.ToArray());
        Assert.False(failing.Transport.IsReading);
        Assert.Equal(1, calls);
        decide.Set();
        Assert.Equal("b2"u8.ToArray(), await peer.ReceiveAsync(2).WaitAsync(Patience.Bound));
        Array.ForEach(peers, p => p.Dispose());
    }

    [Fact(DisplayName = "AK-34 Restart without KeepTransport is the same as Stop for the connection")]
    public async Task Failure_WithRestart_AbortsTheConnection()
    {
        SupervisedServer server = await StartAsync(AkkaDirective.Restart);
        using RawPeer peer = server.Connect();
        Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
        Probe probe = NewProbe();
        await probe.WatchAsync(await ResolveAsync($"{server.Actor.Path.ToStringWithoutAddress()}/conn-1"));
        await peer.SendAsync("!"u8.ToArray());
        await peer.EndedByResetAsync().WaitAsync(Patience.Bound);
        Assert.IsType<InvalidOperationException>(await _protocols.Single().Lost.Task.WaitAsync(Patience.Bound));
        await probe.ExpectTerminatedAsync();
    }

    [Fact(DisplayName = "AK-35 Restart with KeepTransport: a new protocol takes over the same connection")]
    public async Task Failure_WithKeepTransport_GetsANewProtocol()
    {
        SupervisedServer server = await StartAsync(AkkaDirective.Restart, RestartMode.KeepTransport);
        using RawPeer peer = server.Connect();
        Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
        for (int i = 2; i < 6; i++)
        {
            await peer.SendAsync("!"u8.ToArray());
            await Patience.WaitForAsync(() => _protocols.Count == i, "new protocol");
            Assert.Equal("b1", await peer.ExchangeAsync("b", 2));
        }

        Assert.Equal(1, server.ConnectionCount);
        Assert.Same(_protocols.First().Transport, _protocols.Last().Transport);
        Assert.Equal(0, _protocols.First().LostCalls);
        peer.Dispose();
        Assert.Null(await _protocols.Last().Lost.Task.WaitAsync(Patience.Bound));
        Assert.Equal(0, _protocols.First().LostCalls);
    }

    [Fact(DisplayName = "AK-36 The restarts of Akka.NET's strategy are counted: when they are used up the connection is stopped")]
    public async Task Restarts_MoreThanAllowed_StopTheConnection()
    {
        SupervisedServer server = await StartAsync(
            new AkkaOneForOne(2, TimeSpan.FromMinutes(1), _ => AkkaDirective.Restart), RestartMode.KeepTransport);
        using RawPeer peer = server.Connect();
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
            await peer.SendAsync("!"u8.ToArray());
            await Patience.WaitForAsync(() => _protocols.Count == Math.Min(i + 1, 3), "new protocol");
        }

        await peer.EndedByResetAsync().WaitAsync(Patience.Bound);
        Assert.IsType<InvalidOperationException>(await _protocols.Last().Lost.Task.WaitAsync(Patience.Bound));
        Assert.Equal(3, _protocols.Count);
    }

    [Fact(DisplayName = "AK-37 All-for-one: a failure ends the sibling connections as well")]
    public async Task Failure_WithAllForOne_EndsTheSiblings()
    {
        SupervisedServer server = await StartAsync(new global::Akka.Actor.AllForOneStrategy(null, null, _ => AkkaDirective.Stop));
        using RawPeer bad = server.Connect();
        using RawPeer sibling = server.Connect();
        Assert.Equal("a1", await bad.ExchangeAsync("a", 2));
        Assert.Equal("a1", await sibling.ExchangeAsync("a", 2));
        await bad.SendAsync("!"u8.ToArray());
        await bad.EndedByResetAsync().WaitAsync(Patience.Bound);
        await sibling.EndedByResetAsync().WaitAsync(Patience.Bound);
        await Task.WhenAll(_protocols.Select(protocol => protocol.Lost.Task)).WaitAsync(Patience.Bound);
        Assert.Single(_protocols, protocol => protocol.Lost.Task.Result is InvalidOperationException);
    }

    [Fact(DisplayName = "AK-38 A ConnectionMade that throws is decided on like any callback")]
    public async Task ConnectionMade_ThatThrows_IsDecidedOn()
    {
        SupervisedServer server = await StartAsync(
            new AkkaOneForOne(_ => AkkaDirective.Stop), setUp: p => p.OnMade = _ => throw new InvalidOperationException("made"));
        using RawPeer peer = server.Connect();
        await peer.EndedByResetAsync().WaitAsync(Patience.Bound);
        Assert.Equal("made", (await _protocols.Single().Lost.Task.WaitAsync(Patience.Bound))!.Message);
    }

    [Fact(DisplayName = "AK-38 An EofReceived that throws and is resumed closes the connection in order")]
    public async Task EofReceived_ThatThrowsAndIsResumed_Closes()
    {
        SupervisedServer server = await StartAsync(
            new AkkaOneForOne(_ => AkkaDirective.Resume), setUp: p => p.OnEof = () => throw new InvalidOperationException("eof"));
        using RawPeer peer = server.Connect();
        Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
        peer.ShutdownSend();
        Assert.Empty(await peer.ReceiveToEndAsync().WaitAsync(Patience.Bound));
        Assert.Null(await _protocols.Single().Lost.Task.WaitAsync(Patience.Bound));
    }

    [Fact(DisplayName = "AK-39 A connection that ends by itself stops its actor, and is no failure")]
    public async Task Connection_ThatEnds_StopsItsActor()
    {
        bool asked = false;
        SupervisedServer server = await StartAsync(new AkkaOneForOne(_ =>
        {
            asked = true;
            return AkkaDirective.Stop;
        }));
        Probe probe = NewProbe();
        using (RawPeer peer = server.Connect())
        {
            Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
            await probe.WatchAsync(await ResolveAsync($"{server.Actor.Path.ToStringWithoutAddress()}/conn-1"));
            peer.Reset();
        }

        await probe.ExpectTerminatedAsync();
        Assert.NotNull(await _protocols.Single().Lost.Task.WaitAsync(Patience.Bound));
        Assert.False(asked);
    }

    [Fact(DisplayName = "AK-40 Stopping the actor of a connection aborts the connection, without an error")]
    public async Task Actor_Stopped_AbortsItsConnection()
    {
        SupervisedServer server = await StartAsync(AkkaDirective.Stop);
        using RawPeer peer = server.Connect();
        Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
        System.Stop(await ResolveAsync($"{server.Actor.Path.ToStringWithoutAddress()}/conn-1"));
        await peer.EndedByResetAsync().WaitAsync(Patience.Bound);
        Assert.Null(await _protocols.Single().Lost.Task.WaitAsync(Patience.Bound));
    }

    [Fact(DisplayName = "AK-41 A protocol that is put in the place of another by a callback is supervised too")]
    public async Task Protocol_PutInPlaceByACallback_IsSupervised()
    {
        var second = new NumberingProtocol();
        SupervisedServer server = await StartAsync(
            new AkkaOneForOne(_ => AkkaDirective.Resume),
            setUp: protocol => protocol.OnData = data =>
            {
                second.ConnectionMade(protocol.Transport);
                protocol.Transport.Protocol = second;
            });
        using RawPeer peer = server.Connect();
        Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        second.OnData = _ => failed.TrySetResult();
        await peer.SendAsync("!"u8.ToArray());
        await failed.Task.WaitAsync(Patience.Bound);
        second.OnData = null;
        Assert.Equal("b1", await peer.ExchangeAsync("b", 2));
        Probe probe = NewProbe();
        await probe.WatchAsync(await ResolveAsync($"{server.Actor.Path.ToStringWithoutAddress()}/conn-1"));
        peer.Dispose();
        await probe.ExpectTerminatedAsync();
        Assert.True(second.Lost.Task.IsCompleted);
        Assert.Equal(0, _protocols.Single().LostCalls);
    }

    [Fact(DisplayName = "AK-42 A protocol with its own buffer is supervised alike")]
    public async Task BufferedProtocol_ThatThrows_IsDecidedOn()
    {
        var protocol = new RecordingBufferedProtocol();
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        protocol.Record.OnData = data =>
        {
            if (data[0] == '!')
            {
                failed.TrySetResult();
                throw new InvalidOperationException("buffered");
            }

            protocol.Record.Transport.Write(data);
        };
        SupervisedServer server = await Extension.CreateServerAsync(Loop, () => protocol, "127.0.0.1", 0, new SupervisedServerOptions
        {
            Strategy = new AkkaOneForOne(_ => AkkaDirective.Resume),
        });
        using RawPeer peer = server.Connect();
        Assert.Equal("a", await peer.ExchangeAsync("a", 1));
        await peer.SendAsync("!"u8.ToArray());
        await failed.Task.WaitAsync(Patience.Bound);
        Assert.Equal("b", await peer.ExchangeAsync("b", 1));
    }

    [Fact(DisplayName = "AK-43 A hundred peers that crash their connections never restart the server")]
    public async Task Connections_CrashingAgainAndAgain_LeaveTheServerAlone()
    {
        SupervisedServer server = await StartAsync(AkkaDirective.Stop);
        using RawPeer good = server.Connect();
        Assert.Equal("a1", await good.ExchangeAsync("a", 2));
        for (int i = 0; i < 100; i++)
        {
            using RawPeer bad = server.Connect();
            await bad.SendAsync("!"u8.ToArray());
            await bad.EndedByResetAsync().WaitAsync(Patience.Bound);
        }

        Assert.Equal("b2", await good.ExchangeAsync("b", 2));
        await Patience.WaitForAsync(() => server.ConnectionCount == 1, "the others gone");
        Assert.All(_protocols.Skip(1), protocol => Assert.Equal(1, protocol.LostCalls));
    }

    private Task<SupervisedServer> StartAsync(
        AkkaDirective directive, RestartMode mode = RestartMode.Abort, string? name = null) =>
        StartAsync(new AkkaOneForOne(_ => directive), mode, name);

    private Task<SupervisedServer> StartAsync(
        AkkaStrategy strategy,
        RestartMode mode = RestartMode.Abort,
        string? name = null,
        Action<NumberingProtocol>? setUp = null) => Extension.CreateServerAsync(
            Loop,
            NumberingProtocol.Into(_protocols, setUp),
            "127.0.0.1",
            0,
            new SupervisedServerOptions { Name = name, Strategy = strategy, RestartMode = mode });

    private Task<IActorRef> ResolveAsync(string path) => System.ActorSelection(path).ResolveOne(Patience.Bound);
}
