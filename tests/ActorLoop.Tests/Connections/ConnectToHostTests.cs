using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using ActorLoop.Tests.Names;
using Xunit;

namespace ActorLoop.Tests.Connections;

/// <summary>Connecting to hosts by name: which addresses, from where, and what the caller hears.</summary>
public sealed class ConnectToHostTests : LoopTest
{
    private readonly ScriptedResolver _resolver = new();
    private readonly TestHost _host = new();

    [Fact(DisplayName = "CC-07 Addresses are tried in the resolver's order until one answers; the rest is left alone")]
    public void Connect_SeveralAddresses_TakesTheFirstThatAnswers() => Run(async () =>
    {
        _host.Refusing().Listening("127.0.0.2").Listening("127.0.0.3");
        (ITransport transport, RecordingProtocol protocol) = await ConnectAsync();
        Assert.Equal(_host.EndPoints[1], transport.RemoteEndPoint);
        Assert.Equal(_host.EndPoints[1], transport.GetExtraInfo("peername"));
        Assert.False(_host.HasWaiting(2));
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-07 All addresses fail: one error with every address in it, or all of them on request")]
    public void Connect_AllFail_TellsAll() => Run(async () =>
    {
        _host.Refusing().Refusing("127.0.0.2");
        SocketException one = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync());
        Assert.Equal(SocketError.ConnectionRefused, one.SocketErrorCode);
        Assert.All(_host.EndPoints, target => Assert.Contains($"{target}", one.Message, StringComparison.Ordinal));
        Assert.Contains("host.test", one.Message, StringComparison.Ordinal);

        AggregateException all = await Assert.ThrowsAsync<AggregateException>(
            () => ConnectAsync(new ConnectionOptions { AllErrors = true }));
        Assert.Equal(2, all.InnerExceptions.Count);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    });

    [Fact(DisplayName = "CC-07 A single failure is itself, or alone in its collection on request")]
    public void Connect_OneFails_TellsIt() => Run(async () =>
    {
        _host.Refusing();
        SocketException one = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync());
        Assert.StartsWith($"Connecting to {_host.EndPoints[0]}", one.Message, StringComparison.Ordinal);
        AggregateException all = await Assert.ThrowsAsync<AggregateException>(
            () => ConnectAsync(new ConnectionOptions { AllErrors = true }));
        Assert.Single(all.InnerExceptions);
    });

    [Fact(DisplayName = "CC-06 A local address is bound; addresses of another family are skipped")]
    public void Connect_FromALocalAddress_BindsIt() => Run(async () =>
    {
        _host.Listening("::1").Listening();
        var options = new ConnectionOptions { LocalEndPoint = IPEndPoint.Parse("127.0.0.9:0") };
        (ITransport transport, RecordingProtocol protocol) = await ConnectAsync(options);
        Assert.Equal(_host.EndPoints[1], transport.RemoteEndPoint);
        using Socket accepted = await _host.AcceptAsync(1);
        Assert.Equal(transport.LocalEndPoint, accepted.RemoteEndPoint);
        Assert.Equal("127.0.0.9", ((IPEndPoint)transport.LocalEndPoint!).Address.ToString());
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-06 The name of a local address is looked up; the first that can be bound is taken")]
    public void Connect_FromALocalName_LooksItUp() => Run(async () =>
    {
        _host.Listening();
        _resolver.Answer("local.test", "[::1]", "192.0.2.1", "127.0.0.8");
        var options = new ConnectionOptions { LocalEndPoint = new DnsEndPoint("local.test", 0) };
        (ITransport transport, RecordingProtocol protocol) = await ConnectAsync(options);
        Assert.Equal("127.0.0.8", ((IPEndPoint)transport.LocalEndPoint!).Address.ToString());
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-06 No local address of the family, or one that cannot be bound: an error that names it")]
    public void Connect_FromAnImpossibleAddress_Fails() => Run(async () =>
    {
        _host.Listening();
        SocketException family = await Assert.ThrowsAsync<SocketException>(
            () => ConnectAsync(new ConnectionOptions { LocalEndPoint = IPEndPoint.Parse("[::1]:0") }));
        Assert.Equal(SocketError.AddressNotAvailable, family.SocketErrorCode);

        SocketException foreign = await Assert.ThrowsAsync<SocketException>(
            () => ConnectAsync(new ConnectionOptions { LocalEndPoint = IPEndPoint.Parse("192.0.2.77:0") }));
        Assert.Equal(SocketError.AddressNotAvailable, foreign.SocketErrorCode);
        Assert.Contains("192.0.2.77", foreign.Message, StringComparison.Ordinal);

        SocketException used = await Assert.ThrowsAsync<SocketException>(
            () => ConnectAsync(new ConnectionOptions { LocalEndPoint = _host.EndPoints[0] }));
        Assert.Equal(SocketError.AddressAlreadyInUse, used.SocketErrorCode);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    });

    [Fact(DisplayName = "DN-04 The name of a service is looked up like that of the host")]
    public void Connect_ToAService_LooksItUp() => Run(async () =>
    {
        _host.Listening();
        (_, RecordingProtocol protocol) = await ConnectAsync();
        Assert.Equal(["host.test:service"], _resolver.Questions);
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "DN-03 A literal and a numeric port ask nobody")]
    public void Connect_ToALiteral_AsksNobody() => Run(async () =>
    {
        _host.Listening();
        (_, RecordingProtocol protocol) = await Loop.CreateConnectionAsync(
            Recorder, "127.0.0.1", _host.EndPoints[0].Port, new ConnectionOptions { LocalEndPoint = new DnsEndPoint("127.0.0.3", 0) });
        Assert.Empty(_resolver.Questions);
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-03 Family and flags reach the resolver")]
    public void Connect_WithFamilyAndFlags_AsksForThem() => Run(async () =>
    {
        _host.Listening("::1").Listening();
        (ITransport transport, RecordingProtocol protocol) = await ConnectAsync(new ConnectionOptions
        {
            Family = AddressFamily.InterNetwork,
            Flags = AddressInfoHints.AddressConfig,
        });
        Assert.Equal(_host.EndPoints[1], transport.RemoteEndPoint);
        Assert.Equal(
            new AddressInfoOptions
            {
                Family = AddressFamily.InterNetwork,
                Flags = AddressInfoHints.AddressConfig,
                SocketType = SocketType.Stream,
            },
            _resolver.LastOptions);
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-03 Another protocol of streams is used where the system has it")]
    public void Connect_WithAProtocol_UsesIt() => Run(async () =>
    {
        const ProtocolType MultipathTcp = (ProtocolType)262;
        _host.Listening();
        var options = new ConnectionOptions { Protocol = MultipathTcp };
        try
        {
            (_, RecordingProtocol protocol) = await ConnectAsync(options);
            await EndAsync(protocol);
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.ProtocolNotSupported or SocketError.ProtocolOption)
        {
            // This kernel was built without it; that it was asked for is what is tested.
        }

        SocketException wrong = await Assert.ThrowsAsync<SocketException>(
            () => ConnectAsync(new ConnectionOptions { Protocol = ProtocolType.Udp }));
        Assert.Contains("Opening a socket", wrong.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "DN-05 A host without addresses, or one that nobody knows, is an error before any socket is opened")]
    public void Connect_ToNobody_Fails() => Run(async () =>
    {
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync());
        SocketException unknown = await Assert.ThrowsAsync<SocketException>(
            () => Loop.CreateConnectionAsync(Recorder, "nobody.test", 1));
        Assert.Equal(SocketError.HostNotFound, unknown.SocketErrorCode);
    });

    [Fact(DisplayName = "F15 CC-03 Bad hosts, services and options are refused before anything is opened or asked")]
    public void Connect_BadArguments_AreRefused() => Run(async () =>
    {
        await RefusedAsync<ArgumentException>("host", () => Loop.CreateConnectionAsync(Recorder, "127.1", 1));
        await RefusedAsync<ArgumentException>("host", () => Loop.CreateConnectionAsync(Recorder, "a\0b", 1));
        await RefusedAsync<ArgumentException>("host", () => Loop.CreateConnectionAsync(Recorder, new string('a', 254), 1));
        await RefusedAsync<ArgumentException>("service", () => Loop.CreateConnectionAsync(Recorder, "host.test", "a\0b"));
        await RefusedAsync<ArgumentException>("service", () => Loop.CreateConnectionAsync(Recorder, "host.test", ""));
        await RefusedAsync<ArgumentException>("LocalEndPoint", () => Loop.CreateConnectionAsync(
            Recorder, "host.test", 1, new ConnectionOptions { LocalEndPoint = new DnsEndPoint("0177.1", 0) }));
        Assert.Throws<ArgumentException>(
            "LocalEndPoint", () => new ConnectionOptions { LocalEndPoint = new UnixDomainSocketEndPoint("/x") });
        Assert.Throws<ArgumentOutOfRangeException>(
            "HappyEyeballsDelay", () => new ConnectionOptions { HappyEyeballsDelay = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>("Interleave", () => new ConnectionOptions { Interleave = -1 });
        Assert.Empty(_resolver.Questions);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    });

    [Fact(DisplayName = "CC-03 A connected socket leaves no option about hosts to say")]
    public void Connect_SocketWithHostOptions_IsRefused() => Run(async () =>
    {
        _host.Listening();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_host.EndPoints[0]);
        ConnectionOptions[] wrong =
        [
            new() { Family = AddressFamily.InterNetwork },
            new() { Protocol = ProtocolType.Tcp },
            new() { Flags = AddressInfoHints.AddressConfig },
            new() { LocalEndPoint = new IPEndPoint(IPAddress.Any, 0) },
            new() { HappyEyeballsDelay = TimeSpan.Zero },
            new() { Interleave = 0 },
        ];
        foreach (ConnectionOptions options in wrong)
        {
            await RefusedAsync<ArgumentException>("options", () => Loop.CreateConnectionAsync(Recorder, socket, options));
        }

        Assert.True(socket.Connected);
    });

    [Fact(DisplayName = "CC-01 Factory and protocol run in the caller's context, the factory as a part of his task")]
    public void Connect_InATask_KeepsItsContext() => Run(async () =>
    {
        _host.Refusing().Listening("127.0.0.2");
        var local = new AsyncLocal<string>();
        RecordingProtocol protocol = Recorder();
        List<string?> seen = [];
        protocol.Record.OnMade = _ => seen.Add(local.Value);
        LoopTask task = Loop.CreateTask(async _ =>
        {
            local.Value = "mine";
            await ConnectAsync(
                new ConnectionOptions { HappyEyeballsDelay = TimeSpan.Zero },
                () =>
                {
                    seen.Add(local.Value);
                    seen.Add(EventLoop.CurrentTask?.Name);
                    return protocol;
                });
        }, "the caller");
        await task;
        Assert.Equal(["mine", "the caller", "mine"], seen);
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-02 CC-12 A protocol made before is taken, and small writes are not held back unless told otherwise")]
    public void Connect_ToALoopback_SetsTheOptions() => Run(async () =>
    {
        _host.Listening();
        foreach (bool noDelay in new[] { true, false })
        {
            RecordingProtocol made = Recorder();
            var options = noDelay ? null : new ConnectionOptions { NoDelay = false, KeepAlive = true };
            (ITransport transport, RecordingProtocol protocol) = await ConnectAsync(options, () => made);
            Assert.Same(made, protocol);
            Assert.Same(transport, made.Record.Transport);
            var socket = (TransportSocket)transport.GetExtraInfo("socket")!;
            Assert.Equal((noDelay, !noDelay), (OptionOf(socket, 6, 1), OptionOf(socket, 1, 9)));
            await EndAsync(protocol);
        }
    });

    [Fact(DisplayName = "SV-01 Servers look names up too, and bind each address once")]
    public void Serve_OnNames_BindsTheirAddresses() => Run(async () =>
    {
        _resolver.Answer("one.test", "127.0.0.5", "127.0.0.6");
        _resolver.Answer("two.test", "127.0.0.6");
        await using Server server = await Loop.CreateServerAsync(Recorder, ["one.test", "two.test"], 0);
        Assert.Equal(
            ["127.0.0.5", "127.0.0.6"], server.EndPoints.Select(endPoint => ((IPEndPoint)endPoint).Address.ToString()));
        Assert.True(_resolver.LastOptions!.Flags.HasFlag(AddressInfoHints.Passive));
        await RefusedAsync<ArgumentException>("host", () => Loop.CreateServerAsync(Recorder, "127.1", 0));
        await Assert.ThrowsAsync<SocketException>(() => Loop.CreateServerAsync(Recorder, "nobody.test", 0));
    });

    protected override void Dispose(bool disposing)
    {
        _host.Dispose();
        base.Dispose(disposing);
    }

    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        new SelectorEventLoop(options: options with { NameResolver = _resolver });

    private static async Task RefusedAsync<TException>(string parameter, Func<Task> connect)
        where TException : ArgumentException =>
        Assert.Equal(parameter, (await Assert.ThrowsAnyAsync<TException>(connect)).ParamName);

    private Task<(ITransport Transport, RecordingProtocol Protocol)> ConnectAsync(
        ConnectionOptions? options = null, Func<RecordingProtocol>? factory = null)
    {
        _resolver.Answer("host.test", [.. _host.EndPoints]);
        return Loop.CreateConnectionAsync(factory ?? Recorder, "host.test", "service", options);
    }

    private static bool OptionOf(TransportSocket socket, int level, int name)
    {
        var value = new byte[sizeof(int)];
        socket.GetRawOption(level, name, value);
        return BitConverter.ToInt32(value) != 0;
    }

    private static async Task EndAsync(RecordingProtocol protocol)
    {
        protocol.Record.Transport.Abort();
        await protocol.Record.Lost;
    }
}
