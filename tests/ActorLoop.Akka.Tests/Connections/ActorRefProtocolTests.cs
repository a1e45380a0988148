using System.Net;
using System.Text;
using ActorLoop.Akka.Tests.Kit;
using ActorLoop.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorLoop.Akka.Tests.Connections;

public sealed class ActorRefProtocolTests : AkkaTest
{
    [Fact(DisplayName = "AK-70 A connection becomes messages: Connected, Received, PeerClosed, Closed")]
    public async Task Connection_FromBeginningToEnd_BecomesMessages()
    {
        Probe probe = NewProbe();
        SupervisedServer server = await StartAsync(probe);
        using RawPeer peer = server.Connect();
        var connected = await probe.ExpectAsync<ConnectionEvent.Connected>();
        Assert.Equal(connected.Connection, probe.Sender);
        Assert.Equal(peer.Socket.LocalEndPoint, connected.RemoteEndPoint);
        Assert.Equal(server.EndPoints[0], connected.LocalEndPoint);
        await peer.SendAsync("hello"u8.ToArray());
        var received = await probe.ExpectAsync<ConnectionEvent.Received>();
        Assert.Equal("hello", Encoding.ASCII.GetString(received.Data.Span));
        connected.Connection.Tell(received.Acknowledgement);
        connected.Connection.Tell(new ConnectionCommand.Write("world"u8.ToArray()));
        Assert.Equal("world"u8.ToArray(), await peer.ReceiveAsync(5).WaitAsync(Patience.Bound));
        peer.ShutdownSend();
        await probe.ExpectAsync<ConnectionEvent.PeerClosed>();
        Assert.Null((await probe.ExpectAsync<ConnectionEvent.Closed>()).Cause);
        Assert.Empty(await peer.ReceiveToEndAsync().WaitAsync(Patience.Bound));
    }

    [Fact(DisplayName = "AK-71 Reading pauses while too much is not acknowledged, and goes on with the acknowledgements")]
    public async Task Actor_ThatDoesNotAcknowledge_HoldsThePeerBack()
    {
        const int Limit = 10_000;
        byte[] much = TestBytes.Make(6_000_000);
        Probe probe = NewProbe();
        SupervisedServer server = await StartAsync(probe, new ActorRefProtocolOptions { MaxUnacknowledged = Limit });
        using RawPeer peer = server.Connect();
        var connected = await probe.ExpectAsync<ConnectionEvent.Connected>();
        Task sending = peer.SendAsync(much);
        using var all = new MemoryStream();
        while (all.Length < much.Length)
        {
            var batch = new List<ConnectionEvent.Received>();
            int unacknowledged = 0;
            // Takes all there is without an acknowledgement: it is bounded, by the limit and one read.
            while (unacknowledged < Limit && all.Length < much.Length)
            {
                var received = await probe.ExpectAsync<ConnectionEvent.Received>();
                unacknowledged += received.Data.Length;
                all.Write(received.Data.Span);
                batch.Add(received);
            }

            if (unacknowledged >= Limit)
            {
                await OnLoopAsync(() => true);
                await OnLoopAsync(() => true);
                Assert.False(probe.HasMessage);
            }

            batch.ForEach(received => connected.Connection.Tell(received.Acknowledgement));
        }

        await sending.WaitAsync(Patience.Bound);
        Assert.Equal(much, all.ToArray());
    }

    [Fact(DisplayName = "AK-72 PauseReading and ResumeReading, and an acknowledgement that does not override a pause")]
    public async Task Actor_PausingAndResuming_ControlsReading()
    {
        Probe probe = NewProbe();
        SupervisedServer server = await StartAsync(probe, new ActorRefProtocolOptions { MaxUnacknowledged = 1 });
        using RawPeer peer = server.Connect();
        var connected = await probe.ExpectAsync<ConnectionEvent.Connected>();
        await peer.SendAsync("a"u8.ToArray());
        var first = await probe.ExpectAsync<ConnectionEvent.Received>();
        connected.Connection.Tell(new ConnectionCommand.PauseReading());
        connected.Connection.Tell(first.Acknowledgement);
        await peer.SendAsync("b"u8.ToArray());
        await connected.Connection.Ask<ActorIdentity>(new Identify(1), Patience.Bound);
        await OnLoopAsync(() => true);
        await OnLoopAsync(() => true);
        Assert.False(probe.HasMessage);
        connected.Connection.Tell(new ConnectionCommand.ResumeReading());
        Assert.Equal("b"u8.ToArray(), (await probe.ExpectAsync<ConnectionEvent.Received>()).Data.ToArray());
    }

    [Fact(DisplayName = "AK-73 WritingPaused and WritingResumed tell when to stop writing")]
    public async Task Actor_WritingTooMuch_IsToldToPause()
    {
        Probe probe = NewProbe();
        SupervisedServer server = await StartAsync(probe);
        using RawPeer peer = server.Connect();
        var connected = await probe.ExpectAsync<ConnectionEvent.Connected>();
        byte[] piece = TestBytes.Make(100_000);
        int written = 0;
        while (!probe.HasMessage)
        {
            connected.Connection.Tell(new ConnectionCommand.Write(piece));
            written += piece.Length;
            await connected.Connection.Ask<ActorIdentity>(new Identify(1), Patience.Bound);
        }

        await probe.ExpectAsync<ConnectionEvent.WritingPaused>();
        await peer.ReceiveAsync(written).WaitAsync(Patience.Bound);
        await probe.ExpectAsync<ConnectionEvent.WritingResumed>();
        connected.Connection.Tell(new ConnectionCommand.Close());
        Assert.Empty(await peer.ReceiveToEndAsync().WaitAsync(Patience.Bound));
        Assert.Null((await probe.ExpectAsync<ConnectionEvent.Closed>()).Cause);
    }

    [Fact(DisplayName = "AK-74 KeepOpenOnPeerClosed: the actor goes on writing, then closes")]
    public async Task Actor_KeepingOpen_WritesAfterThePeerClosed()
    {
        Probe probe = NewProbe();
        SupervisedServer server = await StartAsync(probe, new ActorRefProtocolOptions { KeepOpenOnPeerClosed = true });
        using RawPeer peer = server.Connect();
        var connected = await probe.ExpectAsync<ConnectionEvent.Connected>();
        peer.ShutdownSend();
        await probe.ExpectAsync<ConnectionEvent.PeerClosed>();
        connected.Connection.Tell(new ConnectionCommand.Write("late"u8.ToArray()));
        connected.Connection.Tell(new ConnectionCommand.WriteEof());
        Assert.Equal("late"u8.ToArray(), await peer.ReceiveToEndAsync().WaitAsync(Patience.Bound));
        connected.Connection.Tell(new ConnectionCommand.Abort());
        await probe.ExpectAsync<ConnectionEvent.Closed>();
    }

    [Fact(DisplayName = "AK-75 When the actor ends, its connection is aborted; when the connection ends, it can be seen ending")]
    public async Task Actor_ThatEnds_TakesItsConnectionAlong()
    {
        Probe probe = NewProbe();
        var connection = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef handler = Spawn(() => new Script((message, _) =>
        {
            if (message is ConnectionEvent.Connected connected)
            {
                connection.SetResult(connected.Connection);
            }
        }));
        SupervisedServer server = await Extension.CreateServerAsync(Loop, () => new ActorRefProtocol(handler), "127.0.0.1", 0);
        using RawPeer peer = server.Connect();
        await probe.WatchAsync(await connection.Task.WaitAsync(Patience.Bound));
        System.Stop(handler);
        await peer.EndedByResetAsync().WaitAsync(Patience.Bound);
        await probe.ExpectTerminatedAsync();
    }

    [Fact(DisplayName = "AK-76 An actor for each connection, on its loop, as a child of the connection's actor")]
    public async Task Props_OfAHandler_GiveEachConnectionItsOwn()
    {
        Probe probe = NewProbe();
        Props handler = Made.By(() => new Script((message, context) =>
        {
            if (message is ConnectionEvent.Received received)
            {
                probe.Ref.Tell((context.Self.Path.Name, Loop.IsOnLoop));
                received.Connection.Tell(received.Acknowledgement);
                received.Connection.Tell(new ConnectionCommand.Write(received.Data));
            }
        }));
        SupervisedServer server = await Extension.CreateServerAsync(Loop, () => new ActorRefProtocol(handler), "127.0.0.1", 0);
        using RawPeer first = server.Connect();
        using RawPeer second = server.Connect();
        Assert.Equal("a", await first.ExchangeAsync("a", 1));
        Assert.Equal("b", await second.ExchangeAsync("b", 1));
        await probe.ExpectAsync(("handler", true));
        await probe.ExpectAsync(("handler", true));
    }

    [Fact(DisplayName = "AK-77 A client talks to an actor the same way, through all of its connections")]
    public async Task Client_WithAnActor_TellsOfEachConnection()
    {
        Probe probe = NewProbe();
        SupervisedServer server = await Extension.CreateServerAsync(Loop, () => new NumberingProtocol(), "127.0.0.1", 0);
        IActorRef client = await Extension.CreateClientAsync(
            Loop,
            () => new ActorRefProtocol(probe.Ref),
            "127.0.0.1",
            ((IPEndPoint)server.EndPoints[0]).Port,
            new SupervisedClientOptions { MinBackoff = TimeSpan.FromMilliseconds(1), ReconnectAfterClose = true });
        for (int i = 0; i < 3; i++)
        {
            var connected = await probe.FishAsync<ConnectionEvent.Connected>();
            // The client's actor passes commands on to the connection it has.
            client.Tell(new ConnectionCommand.Write("a"u8.ToArray()));
            Assert.Equal("a1"u8.ToArray(), (await probe.FishAsync<ConnectionEvent.Received>()).Data.ToArray());
            client.Tell(new ConnectionCommand.Write("!"u8.ToArray()));
            await probe.FishAsync<ConnectionEvent.Closed>();
        }
    }

    [Fact(DisplayName = "AK-78 A command that fails is decided on like a failure of the protocol")]
    public async Task Command_ThatFails_IsDecidedOn()
    {
        Probe probe = NewProbe();
        SupervisedServer server = await StartAsync(probe);
        using RawPeer peer = server.Connect();
        var connected = await probe.ExpectAsync<ConnectionEvent.Connected>();
        connected.Connection.Tell(new ConnectionCommand.WriteEof());
        connected.Connection.Tell(new ConnectionCommand.Write("x"u8.ToArray()));
        Assert.IsType<InvalidOperationException>((await probe.ExpectAsync<ConnectionEvent.Closed>()).Cause);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectionCommand.Acknowledge(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ActorRefProtocolOptions { MaxUnacknowledged = 0 });
    }

    private Task<SupervisedServer> StartAsync(Probe probe, ActorRefProtocolOptions? options = null) =>
        Extension.CreateServerAsync(Loop, () => new ActorRefProtocol(probe.Ref, options), "127.0.0.1", 0);
}
