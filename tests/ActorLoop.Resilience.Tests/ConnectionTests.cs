using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace ActorLoop.Resilience.Tests;

// If this fails, a client stays away after its server came back, or hammers one that is down.
public sealed class ConnectionTests : IDisposable
{
    private readonly TestLoop _test = new();
    private readonly List<RecordingProtocol> _clients = [];
    private readonly List<RecordingProtocol> _accepted = [];
    private readonly List<ResilientConnectionState> _states = [];

    private int _retries;
    private bool _expectsErrors;

    private EventLoop Loop => _test.Loop;

    public void Dispose()
    {
        _test.Dispose();
        if (!_expectsErrors)
        {
            Assert.Empty(_test.Errors);
        }
    }

    [Fact(DisplayName = "A lost connection is made again, with a new protocol and the same actor")]
    public void Connection_IsLost_ComesBackAsTheSameActor() => _test.Run(async () =>
    {
        await using Server server = await ServeAsync();
        await using ResilientConnection<RecordingProtocol> connection = Open(Port(server), new() { Name = "upstream" });
        ActorRef actor = connection.Actor;
        string path = actor.Path;
        RecordingProtocol first = await connection.WaitConnectedAsync();
        Assert.Same(first, connection.Protocol);
        Assert.Same(first.Record.Transport, connection.Transport);
        await _accepted[0].Record.Made;
        _accepted[0].Record.Transport.Abort();
        await first.Record.Lost;
        await Patience.WaitForAsync(() => connection.ConnectionCount == 2, "the second connection");
        RecordingProtocol second = await connection.WaitConnectedAsync();
        Assert.NotSame(first, second);
        Assert.Same(actor, connection.Actor);
        Assert.Equal(path, actor.Path);
        Assert.EndsWith("/upstream", path, StringComparison.Ordinal);
        await connection.CloseAsync();
        Assert.Equal(ResilientConnectionState.Closed, connection.State);
        Assert.Equal(
            [
                ResilientConnectionState.Connected,
                ResilientConnectionState.Connecting,
                ResilientConnectionState.Connected,
                ResilientConnectionState.Connecting,
                ResilientConnectionState.Closed,
            ],
            _states);
    });

    [Fact(DisplayName = "A server that is not there yet is connected to when it comes")]
    public void Connection_ServerComesLater_IsMadeThen() => _test.Run(async () =>
    {
        int port = FreePort();
        await using ResilientConnection<RecordingProtocol> connection = Open(port);
        await Patience.WaitForAsync(() => _retries > 2, "some attempts that fail");
        Assert.Equal(ResilientConnectionState.Connecting, connection.State);
        Assert.Null(connection.Protocol);
        await using Server server = await Loop.CreateServerAsync(Accept, "127.0.0.1", port);
        await connection.WaitConnectedAsync().WaitAsync(Patience.Bound);
        Assert.Equal(1, connection.ConnectionCount);
        await connection.CloseAsync();
    });

    [Fact(DisplayName = "A connection that does not last counts as a failed attempt; what gives up ends the actor")]
    public void Connection_IsLostAtOnce_CountsAsAFailedAttempt() => _test.Run(async () =>
    {
        await using Server server = await ServeAsync(record => record.OnMade = transport => transport.Close());
        List<Exception?> causes = [];
        ResilientConnection<RecordingProtocol> connection = Open(Port(server), new ResilientConnectionOptions
        {
            StableAfter = TimeSpan.FromHours(1),
            Actor = new ActorOptions { Restart = RestartType.Temporary },
            Reconnect = builder => builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.Zero,
                OnRetry = arguments =>
                {
                    causes.Add(arguments.Outcome.Exception);
                    return ValueTask.CompletedTask;
                },
            }),
        });
        await connection.Actor.WaitTerminatedAsync().WaitAsync(Patience.Bound);
        Assert.Equal(3, connection.ConnectionCount);
        Assert.Equal(2, causes.Count);
        Assert.All(causes, cause => Assert.IsType<ConnectionUnstableException>(cause));
        Assert.Equal(ResilientConnectionState.Closed, connection.State);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => connection.WaitConnectedAsync());
        _expectsErrors = true;
        Assert.Contains(_test.Errors, error => error.Exception is ConnectionUnstableException);
    });

    [Fact(DisplayName = "An open circuit spares the server until it closes again")]
    public void Connection_CircuitOpens_SparesTheServer() => _test.Run(async () =>
    {
        int port = FreePort();
        int opened = 0;
        int broken = 0;
        await using ResilientConnection<RecordingProtocol> connection = Open(port, new ResilientConnectionOptions
        {
            Reconnect = builder => builder
                .AddRetry(new RetryStrategyOptions
                {
                    MaxRetryAttempts = int.MaxValue,
                    Delay = TimeSpan.FromMilliseconds(5),
                    OnRetry = arguments =>
                    {
                        broken += arguments.Outcome.Exception is BrokenCircuitException ? 1 : 0;
                        return ValueTask.CompletedTask;
                    },
                })
                .AddCircuitBreaker(new CircuitBreakerStrategyOptions
                {
                    MinimumThroughput = 2,
                    BreakDuration = TimeSpan.FromMilliseconds(500),
                    OnOpened = _ =>
                    {
                        opened++;
                        return ValueTask.CompletedTask;
                    },
                }),
        });
        await Patience.WaitForAsync(() => opened == 1 && broken > 0, "the open circuit");
        await using Server server = await Loop.CreateServerAsync(Accept, "127.0.0.1", port);
        await connection.WaitConnectedAsync().WaitAsync(Patience.Bound);
        await connection.CloseAsync();
    });

    [Fact(DisplayName = "A failed attempt is followed by the next target, which stays the first choice")]
    public void Connection_FirstTargetIsDown_TakesTheNext() => _test.Run(async () =>
    {
        await using Server server = await ServeAsync();
        int dead = FreePort();
        int retries = 0;
        await using ResilientConnection<RecordingProtocol> connection = Loop.OpenResilientConnection(
            Client,
            [new DnsEndPoint("127.0.0.1", dead), new IPEndPoint(IPAddress.Loopback, Port(server))],
            new ResilientConnectionOptions
            {
                StableAfter = TimeSpan.Zero,
                Connect = builder => builder.AddRetry(new RetryStrategyOptions<ConnectionAttempt>
                {
                    Delay = TimeSpan.Zero,
                    OnRetry = _ =>
                    {
                        retries++;
                        return ValueTask.CompletedTask;
                    },
                }),
            });
        await connection.WaitConnectedAsync().WaitAsync(Patience.Bound);
        Assert.Equal(1, retries);
        await _accepted[0].Record.Made;
        _accepted[0].Record.Transport.Abort();
        await Patience.WaitForAsync(() => connection.ConnectionCount == 2, "the second connection");
        Assert.Equal(1, retries);
    });

    [Fact(DisplayName = "Hedging wins over a target that hangs, and leaves nothing open")]
    public void Connection_FirstTargetHangs_IsHedged() => DescriptorCensus.NothingLeftBy(() => _test.Run(async () =>
        {
            using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            silent.Listen(8);
            await using Server server = await Loop.CreateServerAsync(
                Accept, "127.0.0.1", 0, new ServerOptions { Tls = TestCertificates.ServerOptions() });
            await using ResilientConnection<RecordingProtocol> connection = Loop.OpenResilientConnection(
                Client,
                [(IPEndPoint)silent.LocalEndPoint!, new IPEndPoint(IPAddress.Loopback, Port(server))],
                new ResilientConnectionOptions
                {
                    Connection = new ConnectionOptions { Tls = TestCertificates.ClientOptions() },
                    Connect = builder => builder.AddHedging(new() { Delay = TimeSpan.FromMilliseconds(20), MaxHedgedAttempts = 1 }),
                });
            await connection.WaitConnectedAsync().WaitAsync(Patience.Bound);
            Assert.Equal(1, connection.ConnectionCount);
            Assert.Equal(server.EndPoints[0], connection.Transport!.RemoteEndPoint);
        }));

    [Fact(DisplayName = "Closing sends what was written")]
    public void Close_WithBytesToSend_SendsThem() => _test.Run(async () =>
    {
        await using Server server = await ServeAsync();
        ResilientConnection<RecordingProtocol> connection = Open(Port(server));
        await connection.WaitConnectedAsync();
        byte[] data = TestBytes.Make(3 * 1024 * 1024);
        connection.Transport!.Write(data);
        await connection.CloseAsync();
        await _accepted[0].Record.Lost;
        Assert.Equal(data, _accepted[0].Record.Received);
    });

    [Fact(DisplayName = "Targets that nobody can connect to are refused before anything starts")]
    public void Open_BadTargets_AreRefused()
    {
        Assert.Throws<ArgumentException>("targets", () => Loop.OpenResilientConnection(Client, []));
        Assert.Throws<ArgumentException>(
            "targets", () => Loop.OpenResilientConnection(Client, [new IPEndPoint(IPAddress.Loopback, 0)]));
        Assert.Throws<ArgumentException>(
            "targets", () => Loop.OpenResilientConnection(Client, [new UnixDomainSocketEndPoint("/tmp/x")]));
        Assert.Throws<ArgumentException>("host", () => Loop.OpenResilientConnection(Client, "", 80));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new ResilientConnectionOptions { StableAfter = TimeSpan.FromTicks(-1) });
        Assert.Empty(_clients);
    }

    private ResilientConnection<RecordingProtocol> Open(int port, ResilientConnectionOptions? options = null) =>
        Loop.OpenResilientConnection(Client, "127.0.0.1", port, (options ?? new()) with
        {
            StateChanged = _states.Add,
            Reconnect = options?.Reconnect ?? (builder => builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                Delay = TimeSpan.FromMilliseconds(2),
                OnRetry = _ =>
                {
                    _retries++;
                    return ValueTask.CompletedTask;
                },
            })),
        });

    private static int Port(Server server) => ((IPEndPoint)server.EndPoints[0]).Port;

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private RecordingProtocol Client()
    {
        RecordingProtocol protocol = new();
        _clients.Add(protocol);
        return protocol;
    }

    private RecordingProtocol Accept()
    {
        RecordingProtocol protocol = new();
        _accepted.Add(protocol);
        return protocol;
    }

    private Task<Server> ServeAsync(Action<ProtocolRecord>? prepare = null) => Loop.CreateServerAsync(
        () =>
        {
            RecordingProtocol protocol = Accept();
            prepare?.Invoke(protocol.Record);
            return protocol;
        },
        "127.0.0.1",
        0);
}
