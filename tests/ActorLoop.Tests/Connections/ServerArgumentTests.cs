using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

public class ServerArgumentTests : ServerTest
{
    [Theory(DisplayName = "SV-04 A port outside 0 to 65535 is refused by name and value")]
    [InlineData(-1)]
    [InlineData(65536)]
    [InlineData(int.MaxValue)]
    public void CreateServer_BadPort_IsRefused(int port) => Run(async () =>
    {
        ArgumentOutOfRangeException error =
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Loop.CreateServerAsync(Echo, "127.0.0.1", port));
        Assert.Equal("port", error.ParamName);
        Assert.Equal(port, error.ActualValue);
    });

    [Fact(DisplayName = "SV-04 A missing factory, host list or socket is refused before anything opens")]
    public void CreateServer_Missing_IsRefused() => Run(async () =>
    {
        await Refused<ArgumentNullException>("factory", () => Loop.CreateServerAsync(null!, "127.0.0.1", 0));
        await Refused<ArgumentNullException>("hosts", () => Loop.CreateServerAsync(Echo, (string[])null!, 0));
        await Refused<ArgumentOutOfRangeException>("hosts", () => Loop.CreateServerAsync(Echo, [], 0));
        await Refused<ArgumentNullException>("socket", () => Loop.CreateServerAsync(Echo, (Socket)null!));
        using Socket socket = Listener(System.Net.IPAddress.Loopback, 0);
        await Refused<ArgumentNullException>("factory", () => Loop.CreateServerAsync(null!, socket));
        socket.Listen();
    });

    [Fact(DisplayName = "SV-04 A family that is not an internet family is refused")]
    public void CreateServer_BadFamily_IsRefused() => Run(async () =>
        await Refused<ArgumentException>(
            "family", () => Loop.CreateServerAsync(Echo, "127.0.0.1", 0, new ServerOptions { Family = AddressFamily.Unix })));

    [Fact(DisplayName = "SV-04 A backlog that is not positive is refused")]
    public void ServerOptions_BadBacklog_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Backlog", () => new ServerOptions { Backlog = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("Backlog", () => new ServerOptions { Backlog = -5 });
    }

    [Fact(DisplayName = "SV-04 A socket that is no bound stream socket is refused and stays the caller's")]
    public void CreateServer_WrongSocket_IsRefusedAndUntouched() => Run(async () =>
    {
        using var datagram = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var unbound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using Socket bound = Listener(System.Net.IPAddress.Loopback, 0);
        await Refused<ArgumentException>("socket", () => Loop.CreateServerAsync(Echo, datagram));
        await Refused<ArgumentException>("socket", () => Loop.CreateServerAsync(Echo, unbound));
        await Refused<ArgumentException>(
            "options", () => Loop.CreateServerAsync(Echo, bound, new ServerOptions { Family = AddressFamily.InterNetwork }));
        await Refused<ArgumentException>("options", () => Loop.CreateServerAsync(Echo, bound, new ServerOptions { ReusePort = true }));
        Assert.True(datagram.Available == 0 && unbound.Available == 0 && bound.Available == 0);
    });

    [Fact(DisplayName = "SV-04 A connected socket cannot listen: the error comes from the system and nothing serves")]
    public void CreateServer_ConnectedSocket_Fails() => Run(async () =>
    {
        await using Server other = await ServeAsync();
        (RawPeer peer, _) = await ConnectAndWaitAsync(other);
        int descriptors = Loop.Statistics.Descriptors;
        await Assert.ThrowsAsync<SocketException>(() => Loop.CreateServerAsync(Echo, peer.Socket));
        Assert.Equal(descriptors, Loop.Statistics.Descriptors);
        peer.Dispose();
    });

    [Fact(DisplayName = "SV-04 On a closed loop no server is made")]
    public async Task CreateServer_OnAClosedLoop_IsRefused()
    {
        var loop = new SelectorEventLoop();
        loop.Close();
        using Socket bound = Listener(System.Net.IPAddress.Loopback, 0);
        await Assert.ThrowsAsync<LoopClosedException>(() => loop.CreateServerAsync(Echo, "127.0.0.1", 0));
        await Assert.ThrowsAsync<LoopClosedException>(() => loop.CreateServerAsync(Echo, bound));
        bound.Listen();
    }

    [Fact(DisplayName = "SV-07 A server may be made by another thread while the loop runs; it serves on the loop")]
    public async Task CreateServer_OnAForeignThread_ServesOnTheLoop()
    {
        using var running = new RunningLoop(new SelectorEventLoop());
        Server named = await running.Loop.CreateServerAsync(Echo, "127.0.0.1", 0);
        Server given = await running.Loop.CreateServerAsync(Echo, Listener(System.Net.IPAddress.Loopback, 0));
        foreach (Server server in new[] { named, given })
        {
            RawPeer peer = Connect(server);
            await AssertEchoesAsync(peer);
            peer.Dispose();
            await server.DisposeAsync().AsTask().WaitAsync(Patience.Bound);
        }
    }

    [Fact(DisplayName = "SV-07 A server made before the loop runs serves once it does")]
    public void CreateServer_BeforeTheRun_ServesInIt()
    {
        using var loop = new SelectorEventLoop();
        Task<Server> creating = loop.CreateServerAsync(Echo, "127.0.0.1", 0);
        Assert.True(creating.IsCompletedSuccessfully);
        Server server = loop.RunUntilComplete(creating);
        RawPeer peer = Connect(server);
        loop.RunUntilComplete(async () =>
        {
            await AssertEchoesAsync(peer);
            peer.Dispose();
            await server.DisposeAsync();
        });
    }

    private static async Task Refused<TException>(string parameter, Func<Task<Server>> create)
        where TException : ArgumentException
    {
        TException error = await Assert.ThrowsAsync<TException>(create);
        Assert.Equal(parameter, error.ParamName);
    }
}
