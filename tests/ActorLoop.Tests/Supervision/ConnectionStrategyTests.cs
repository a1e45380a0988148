using ActorLoop.TestKit;
using ActorLoop.Tests.Connections;
using Xunit;

namespace ActorLoop.Tests.Supervision;

/// <summary>What becomes of a connection whose protocol throws.</summary>
public sealed class ConnectionStrategyTests : ServerTest
{
    private static readonly SupervisorStrategy s_byType = new OneForOneStrategy
    {
        Decider = Decider.From(
            Directive.Stop,
            Directive.Resume.When<FormatException>(),
            Directive.Restart.When<InvalidDataException>(),
            Directive.Escalate.When<TimeoutException>()),
    };

    [Fact(DisplayName = "F17 Without a strategy a protocol that throws costs its connection, and nothing else")]
    public void DataReceived_Throws_StopsTheConnection() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        (RawPeer bad, ProtocolRecord one) = await ConnectAndWaitAsync(server);
        (RawPeer good, _) = await ConnectAndWaitAsync(server);
        var failure = new FormatException("bad");
        one.OnData = _ => throw failure;
        await bad.SendAsync(new byte[1]);
        Assert.Same(failure, await one.Lost);
        Assert.Equal(LoopErrorKind.Protocol, TakeReport().Kind);
        await AssertEchoesAsync(good);
        Assert.True(await bad.EndedByResetAsync() || one.Calls.Count > 0);
        good.Dispose();
    });

    [Fact]
    public void Resume_DropsTheCallAndGoesOn() => Run(async () =>
    {
        await using Server server = await ServeAsync(new ServerOptions { ConnectionStrategy = s_byType });
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        ReceivedBytes echo = record.OnData!;
        record.OnData = _ => throw new FormatException("bad");
        await peer.SendAsync(new byte[1]);
        await Patience.WaitForAsync(() => ReportCount == 1, "the report");
        Assert.Contains("Resume", TakeReport().Message, StringComparison.Ordinal);
        record.OnData = echo;
        await AssertEchoesAsync(peer);
        peer.Dispose();
        Assert.Null(await record.Lost);
    });

    [Theory]
    [InlineData("made")]
    [InlineData("eof")]
    public void Resume_OfOtherCalls_GoesOn(string call) => Run(async () =>
    {
        await using Server server = await Loop.CreateServerAsync(
            () =>
            {
                RecordingProtocol protocol = (RecordingProtocol)Echo();
                protocol.Record.OnMade = _ => throw (call == "made" ? new FormatException("bad") : new FormatException("also bad"));
                protocol.Record.OnEof = () => throw new FormatException("bad");
                return protocol;
            },
            "127.0.0.1",
            0,
            new ServerOptions { ConnectionStrategy = s_byType });
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        await AssertEchoesAsync(peer);
        peer.ShutdownSend();
        Assert.Empty(await peer.ReceiveToEndAsync());
        Assert.Null(await record.Lost);
        Assert.Equal(2, TakeReports().Length);
    });

    [Fact]
    public void Resume_WhenNoBufferIsGiven_StopsTheConnection() => Run(async () =>
    {
        var protocol = new Bufferless();
        await using Server server = await Loop.CreateServerAsync(
            () => protocol, "127.0.0.1", 0, new ServerOptions { ConnectionStrategy = s_byType });
        RawPeer peer = Connect(server);
        await peer.SendAsync(new byte[1]);
        Assert.IsType<FormatException>(await protocol.Lost.Task.WaitAsync(Patience.Bound));
        Assert.Equal(1, protocol.Asked);
        TakeReport();
    });

    [Fact]
    public void Restart_OfAnAcceptedConnection_Disconnects() => Run(async () =>
    {
        await using Server server = await ServeAsync(new ServerOptions { ConnectionStrategy = s_byType });
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        var failure = new InvalidDataException("bad");
        record.OnData = _ => throw failure;
        await peer.SendAsync(new byte[1]);
        Assert.Same(failure, await record.Lost);
        TakeReport();
        Assert.Single(Accepted);
    });

    [Fact]
    public void Restart_KeepingTheTransport_GivesItToANewProtocol() => Run(async () =>
    {
        await using Server server = await ServeAsync(Keep());
        (RawPeer peer, ProtocolRecord old) = await ConnectAndWaitAsync(server);
        ActorRef actor = old.Transport.Actor;
        var failure = new InvalidDataException("bad");
        old.OnData = _ =>
        {
            old.Transport.PauseReading();
            throw failure;
        };
        old.MayBeReplaced = true;
        await peer.SendAsync(new byte[1]);
        Assert.Same(failure, await old.Lost);
        await Patience.WaitForAsync(() => Accepted.Count == 2, "the new protocol");
        Assert.Same(old.Transport, Accepted[1].Transport);
        Assert.Same(actor, Accepted[1].Transport.Actor);
        await AssertEchoesAsync(peer);
        Assert.False(actor.IsTerminated);
        Assert.Equal(1, server.ConnectionCount);
        peer.Dispose();
        Assert.Null(await Accepted[1].Lost);
        TakeReport();
    });

    [Fact]
    public void Restart_BeyondTheBudget_StopsTheConnection() => Run(async () =>
    {
        await using Server server = await ServeAsync(Keep() with
        {
            ConnectionStrategy = new OneForOneStrategy { Decider = Decider.From(Directive.Restart), MaxRetries = 2 },
        });
        RawPeer peer = Connect(server);
        for (int i = 0; i < 3; i++)
        {
            await Patience.WaitForAsync(() => Accepted.Count == i + 1 && Accepted[i].Made.IsCompleted, "a protocol");
            Accepted[i].MayBeReplaced = true;
            Accepted[i].OnData = _ => throw new InvalidDataException("bad");
            await peer.SendAsync(new byte[1]);
            await Accepted[i].Lost;
        }

        await Patience.WaitForAsync(() => server.ConnectionCount == 0, "the end");
        Assert.Equal(3, Accepted.Count);
        Assert.Equal(3, TakeReports().Length);
    });

    [Fact(DisplayName = "F17 A factory that throws at a restart costs the connection")]
    public void Restart_WithAFactoryThatThrows_StopsTheConnection() => Run(async () =>
    {
        bool broken = false;
        await using Server server = await Loop.CreateServerAsync(
            () => broken ? throw new InvalidOperationException("no more") : Echo(), "127.0.0.1", 0, Keep());
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        broken = true;
        var failure = new InvalidDataException("bad");
        record.OnData = _ => throw failure;
        await peer.SendAsync(new byte[1]);
        Assert.Same(failure, await record.Lost);
        Assert.Equal(["bad", "no more"], TakeReports().Select(report => report.Exception?.Message));
    });

    [Fact]
    public void Restart_WithAProtocolThatCannotStart_StopsTheConnection() => Run(async () =>
    {
        await using Server server = await Loop.CreateServerAsync(
            () =>
            {
                var protocol = (RecordingProtocol)Echo();
                if (Accepted.Count > 1)
                {
                    protocol.Record.OnMade = _ => throw new InvalidDataException("again");
                }

                return protocol;
            },
            "127.0.0.1",
            0,
            Keep());
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        record.MayBeReplaced = true;
        record.OnData = _ => throw new InvalidDataException("bad");
        await peer.SendAsync(new byte[1]);
        await Patience.WaitForAsync(() => Accepted.Count == 2 && Accepted[1].Lost.IsCompleted, "the end");
        Assert.Equal("again", (await Accepted[1].Lost)!.Message);
        Assert.Equal(2, TakeReports().Length);
    });

    [Fact(DisplayName = "F34 A decider that throws stops the connection, and does not touch the server")]
    public void Decider_Throws_StopsTheConnection() => Run(async () =>
    {
        await using Server server = await ServeAsync(new ServerOptions
        {
            ConnectionStrategy = new OneForOneStrategy { Decider = Decider.From(_ => throw new NotSupportedException("decider")) },
        });
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        record.OnData = _ => throw new InvalidDataException("bad");
        await peer.SendAsync(new byte[1]);
        Assert.IsType<InvalidDataException>(await record.Lost);
        Assert.Equal(["decider", "bad"], TakeReports().Select(report => report.Exception?.Message));
        Assert.True(server.IsServing);
    });

    [Fact]
    public void Escalate_MakesTheServerAcceptAnew() => Run(async () =>
    {
        await using Server server = await ServeAsync(new ServerOptions { ConnectionStrategy = s_byType });
        (RawPeer other, _) = await ConnectAndWaitAsync(server);
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        record.OnData = _ => throw new TimeoutException("bad");
        await peer.SendAsync(new byte[1]);
        Assert.IsType<TimeoutException>(await record.Lost);
        Assert.Equal([LoopErrorKind.Protocol, LoopErrorKind.Actor], TakeReports().Select(report => report.Kind));
        Assert.True(server.IsServing);
        await AssertEchoesAsync(other);
        await AssertEchoesAsync(Connect(server));
        server.CloseClients();
    });

    [Fact]
    public void ClientConnection_Resume_GoesOn() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        RecordingProtocol client = Recorder();
        int port = ((System.Net.IPEndPoint)server.EndPoints[0]).Port;
        await Loop.CreateConnectionAsync(() => client, "127.0.0.1", port, new ConnectionOptions { Strategy = s_byType });
        client.Record.OnData = _ => throw new FormatException("bad");
        client.Record.Transport.Write("hello"u8);
        await Patience.WaitForAsync(() => ReportCount == 1, "the report");
        TakeReport();
        Assert.False(client.Record.Transport.IsClosing);
        client.Record.Transport.Close();
        Assert.Null(await client.Record.Lost);
    });

    [Fact]
    public void ClientConnection_RestartKeepingTheTransport_GoesOn() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        List<RecordingProtocol> made = [];
        int port = ((System.Net.IPEndPoint)server.EndPoints[0]).Port;
        await Loop.CreateConnectionAsync(
            () =>
            {
                made.Add(Recorder());
                made[^1].Record.MayBeReplaced = true;
                return made[^1];
            },
            "127.0.0.1",
            port,
            new ConnectionOptions { Strategy = s_byType, Restart = RestartMode.KeepTransport });
        made[0].Record.OnData = _ => throw new InvalidDataException("bad");
        made[0].Record.Transport.Write("hello"u8);
        await Patience.WaitForAsync(() => made.Count == 2 && made[1].Record.Made.IsCompleted, "the new protocol");
        made[1].Record.Transport.Write("again"u8);
        await made[1].Record.ReceivedAsync(5);
        TakeReport();
        made[1].Record.Transport.Close();
        Assert.Null(await made[1].Record.Lost);
    });

    [Fact]
    public void Strategy_ForSeveralAtOnce_IsRefused()
    {
        Assert.Throws<ArgumentException>("ConnectionStrategy", () => new ServerOptions { ConnectionStrategy = new AllForOneStrategy() });
        Assert.Throws<ArgumentException>("Strategy", () => new ServerOptions { Strategy = new RestForOneStrategy() });
        Assert.Throws<ArgumentException>("Strategy", () => new ConnectionOptions { Strategy = new AllForOneStrategy() });
        Assert.Throws<ArgumentException>("LoopStrategy", () => new EventLoopGroupOptions { LoopStrategy = new AllForOneStrategy() });
    }

    private static ServerOptions Keep() => new() { ConnectionStrategy = s_byType, ConnectionRestart = RestartMode.KeepTransport };

    private sealed class Bufferless : BufferedProtocol
    {
        public int Asked { get; private set; }

        public TaskCompletionSource<Exception?> Lost { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Memory<byte> GetBuffer(int sizeHint)
        {
            Asked++;
            throw new FormatException("no buffer");
        }

        public override void BufferUpdated(int count)
        {
        }

        public override void ConnectionLost(Exception? exception) => Lost.SetResult(exception);
    }
}
