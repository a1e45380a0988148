using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

public class ConnectTests : ServerTest
{
    [Theory(DisplayName = "CC-01 The order is connect, factory, ConnectionMade, then the caller, then data")]
    [InlineData(false)]
    [InlineData(true)]
    public void CreateConnection_PeerSpeaksFirst_KeepsTheOrder(bool cancellable) => Run(async () =>
    {
        using Socket listener = Listener(IPAddress.Loopback, 0);
        listener.Listen();
        using var cancellation = new CancellationTokenSource();
        List<string> order = [];
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = _ => order.Add("made");
        protocol.Record.OnData = _ => order.Add("data");
        (ITransport transport, RecordingProtocol returned) = await Loop.CreateConnectionAsync(
            () =>
            {
                order.Add("factory");
                using Socket accepted = listener.Accept();
                accepted.Send("hello"u8);
                return protocol;
            },
            "127.0.0.1",
            ((IPEndPoint)listener.LocalEndPoint!).Port,
            cancellationToken: cancellable ? cancellation.Token : default);
        order.Add("returned");
        Assert.Same(protocol, returned);
        Assert.Same(transport, protocol.Record.Transport);
        await protocol.Record.ReceivedAsync(5);
        Assert.Equal(["factory", "made", "returned", "data"], order);
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "CC-02 The factory may return a protocol made before")]
    public void CreateConnection_ReadyMadeProtocol_IsUsed() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        RecordingProtocol protocol = Recorder();
        (ITransport transport, _) = await ConnectAsync(server, () => protocol);
        Assert.Same(protocol, transport.Protocol);
        transport.Write("hello"u8);
        await protocol.Record.ReceivedAsync(5);
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "CC-07 A refused connection is a socket error that names the address; the factory is not called")]
    public void CreateConnection_Refused_NamesTheAddress() => Run(async () =>
    {
        int port = FreePort();
        SocketException error = await Assert.ThrowsAsync<SocketException>(
            () => Loop.CreateConnectionAsync<RecordingProtocol>(() => throw new InvalidTimeZoneException(), "127.0.0.1", port));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    });

    [Fact(DisplayName = "CC-07 Addresses are tried in order until one answers")]
    public void CreateConnection_FirstAddressesRefuse_TakesTheNext() => Run(async () =>
    {
        await using Server server = await Loop.CreateServerAsync(Echo, TestResolver.Addresses[^1].ToString(), 0);
        RecordingProtocol protocol = Recorder();
        (ITransport transport, _) = await Loop.CreateConnectionAsync(
            () => protocol, TestResolver.Several, ((IPEndPoint)server.EndPoints[0]).Port);
        Assert.Equal(server.EndPoints[0], transport.RemoteEndPoint);
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "CC-07 When every address fails, one error joins all of them")]
    public void CreateConnection_EveryAddressFails_NamesThemAll() => Run(async () =>
    {
        int port = FreePort();
        SocketException error = await Assert.ThrowsAsync<SocketException>(
            () => Loop.CreateConnectionAsync(Recorder, TestResolver.Several, port));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        Assert.All(
            TestResolver.Addresses,
            address => Assert.Contains(new IPEndPoint(address, port).ToString(), error.Message, StringComparison.Ordinal));
    });

    [Fact(DisplayName = "CC-07 A name connects to the address of the family that is asked for; an unknown family of it is an error")]
    public void CreateConnection_NameAndFamily_Connects() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        int port = ((IPEndPoint)server.EndPoints[0]).Port;
        RecordingProtocol protocol = Recorder();
        (ITransport transport, _) = await Loop.CreateConnectionAsync(
            () => protocol, "localhost", port, new ConnectionOptions { Family = AddressFamily.InterNetwork });
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, port), transport.RemoteEndPoint);
        transport.Close();
        await protocol.Record.Lost;
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => Loop.CreateConnectionAsync(
            Recorder, "127.0.0.1", port, new ConnectionOptions { Family = AddressFamily.InterNetworkV6 }));
        Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "CC-03 Bad arguments are refused by name before anything opens")]
    public void CreateConnection_BadArguments_AreRefused() => Run(async () =>
    {
        await Refused<ArgumentNullException>("factory", () => Loop.CreateConnectionAsync<RecordingProtocol>(null!, "127.0.0.1", 1));
        await Refused<ArgumentNullException>("host", () => Loop.CreateConnectionAsync(Recorder, (string)null!, 1));
        await Refused<ArgumentException>("host", () => Loop.CreateConnectionAsync(Recorder, "", 1));
        await Refused<ArgumentOutOfRangeException>("port", () => Loop.CreateConnectionAsync(Recorder, "127.0.0.1", -1));
        await Refused<ArgumentOutOfRangeException>("port", () => Loop.CreateConnectionAsync(Recorder, "127.0.0.1", 0));
        await Refused<ArgumentOutOfRangeException>("service", () => Loop.CreateConnectionAsync(Recorder, "127.0.0.1", "0"));
        await Refused<ArgumentOutOfRangeException>("port", () => Loop.OpenConnectionAsync("127.0.0.1", 0));
        await Refused<ArgumentOutOfRangeException>("port", () => Loop.CreateConnectionAsync(Recorder, "127.0.0.1", 65536));
        await Refused<ArgumentException>("family", () => Loop.CreateConnectionAsync(
            Recorder, "127.0.0.1", 1, new ConnectionOptions { Family = AddressFamily.Unix }));
        Assert.Equal(0, Loop.Statistics.Descriptors);
    });

    [Fact(DisplayName = "CC-03 A closed loop, or a thread that does not run the loop, connects nothing")]
    public async Task CreateConnection_NotOnTheLoop_IsRefused()
    {
        var loop = new SelectorEventLoop();
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.CreateConnectionAsync(Recorder, "127.0.0.1", 1));
        loop.Close();
        await Assert.ThrowsAsync<LoopClosedException>(() => loop.CreateConnectionAsync(Recorder, "127.0.0.1", 1));
    }

    [Theory(DisplayName = "CC-12 TCP_NODELAY is on unless switched off, on both ends; SO_KEEPALIVE is off unless switched on")]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Options_OfTheSocket_AreSetOnBothEnds(bool noDelay, bool keepAlive) => Run(async () =>
    {
        await using Server server = await ServeAsync(new ServerOptions { NoDelay = noDelay, KeepAlive = keepAlive });
        RecordingProtocol protocol = Recorder();
        await ConnectAsync(server, () => protocol, new ConnectionOptions { NoDelay = noDelay, KeepAlive = keepAlive });
        await Patience.WaitForAsync(() => Accepted.Count == 1 && Accepted[0].Made.IsCompleted, "the connection is accepted");
        foreach (ITransport transport in new[] { protocol.Record.Transport, Accepted[0].Transport })
        {
            var socket = (TransportSocket)transport.GetExtraInfo("socket")!;
            Assert.Equal(noDelay, OptionOf(socket, 6, 1) != 0);
            Assert.Equal(keepAlive, OptionOf(socket, 1, 9) != 0);
        }

        protocol.Record.Transport.Close();
    });

    [Fact(DisplayName = "CC-12 Both are the defaults: no delay, no keep-alive")]
    public void Options_Defaults_AreNoDelayAndNoKeepAlive()
    {
        Assert.True(new ConnectionOptions().NoDelay && new ServerOptions().NoDelay);
        Assert.False(new ConnectionOptions().KeepAlive || new ServerOptions().KeepAlive);
    }

    [Fact(DisplayName = "CC-15 A factory that throws or returns null closes the connection that was made")]
    public void CreateConnection_FactoryFails_ClosesTheSocket() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        await Assert.ThrowsAsync<InvalidTimeZoneException>(
            () => ConnectAsync<RecordingProtocol>(server, () => throw new InvalidTimeZoneException()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ConnectAsync<RecordingProtocol>(server, () => null!));
        await Patience.WaitForAsync(() => server.AcceptedCount == 2 && server.ConnectionCount == 0, "the server sees the ends");
    });

    [Fact(DisplayName = "TR-10 ConnectionMade that throws does not fail the call; the connection ends with the exception")]
    public void CreateConnection_ConnectionMadeThrows_EndsTheConnection() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = _ => throw new InvalidTimeZoneException("made");
        (ITransport transport, _) = await ConnectAsync(server, () => protocol);
        Assert.True(transport.IsClosing);
        Assert.Equal("made", (await protocol.Record.Lost)!.Message);
        Assert.Same(protocol, TakeReport().Protocol);
    });

    private static int OptionOf(TransportSocket socket, int level, int name)
    {
        var value = new byte[4];
        socket.GetRawOption(level, name, value);
        return BitConverter.ToInt32(value);
    }

    private static async Task Refused<TException>(string parameter, Func<Task> connect)
        where TException : ArgumentException
    {
        TException error = await Assert.ThrowsAsync<TException>(connect);
        Assert.Equal(parameter, error.ParamName);
    }

    private Task<(ITransport Transport, TProtocol Protocol)> ConnectAsync<TProtocol>(
        Server server, Func<TProtocol> factory, ConnectionOptions? options = null)
        where TProtocol : StreamProtocol =>
        Loop.CreateConnectionAsync(factory, "127.0.0.1", ((IPEndPoint)server.EndPoints[0]).Port, options);
}
