using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

public class ServerBindingTests : ServerTest
{
    [Fact(DisplayName = "SV-01 SV-02 Several hosts get a socket and a port each; every one serves")]
    public void CreateServer_SeveralHosts_ServesOnEach() => Run(async () =>
    {
        await using Server server = await Loop.CreateServerAsync(Echo, ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"], 0);
        Assert.Equal(4, server.EndPoints.Count);
        Assert.All(server.EndPoints, endPoint => Assert.NotEqual(0, ((IPEndPoint)endPoint).Port));
        Assert.True(server.EndPoints.Select(endPoint => ((IPEndPoint)endPoint).Port).Distinct().Count() > 1);
        foreach (EndPoint endPoint in server.EndPoints)
        {
            RawPeer peer = Connect(endPoint);
            await AssertEchoesAsync(peer);
            peer.Dispose();
        }
    });

    [Fact(DisplayName = "SV-01 An address that is given twice is bound once")]
    public void CreateServer_DuplicateHosts_BindsOnce() => Run(async () =>
    {
        await using Server server = await Loop.CreateServerAsync(Echo, ["127.0.0.1", "127.0.0.1", "127.0.0.1"], FreePort());
        Assert.Single(server.EndPoints);
        RawPeer peer = Connect(server);
        await AssertEchoesAsync(peer);
        peer.Dispose();
    });

    [Theory(DisplayName = "SV-01 No host, or an empty one, is every interface of every family")]
    [InlineData(null)]
    [InlineData("")]
    public void CreateServer_NoHost_IsEveryInterface(string? host) => Run(async () =>
    {
        await using Server server = await Loop.CreateServerAsync(Echo, host, 0);
        Assert.Equal(Socket.OSSupportsIPv6 ? 2 : 1, server.EndPoints.Count);
        foreach (IPEndPoint endPoint in server.EndPoints.Cast<IPEndPoint>())
        {
            bool isOld = endPoint.AddressFamily == AddressFamily.InterNetwork;
            RawPeer peer = Connect(new IPEndPoint(isOld ? IPAddress.Parse("127.1.2.3") : IPAddress.IPv6Loopback, endPoint.Port));
            await AssertEchoesAsync(peer);
            peer.Dispose();
        }
    });

    [Fact(DisplayName = "SV-01 A name is resolved, and Family chooses among its addresses")]
    public void CreateServer_NameAndFamily_BindsThatFamily() => Run(async () =>
    {
        await using Server server = await Loop.CreateServerAsync(
            Echo, "localhost", 0, new ServerOptions { Family = AddressFamily.InterNetwork });
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)Assert.Single(server.EndPoints)).Address);
        RawPeer peer = Connect(server);
        await AssertEchoesAsync(peer);
        peer.Dispose();
    });

    [Fact(DisplayName = "SV-01 No host needs no cast: a null that says nothing else is the host, with protocols and with streams")]
    public void CreateServer_NullAsItStands_IsEveryInterface() => Run(async () =>
    {
        await using Server server = await Loop.CreateServerAsync(Echo, null, 0);
        await using Server streams = await Loop.StartServerAsync((_, _) => Task.CompletedTask, null, 0);
        IPAddress[] wildcards = [IPAddress.Any, IPAddress.IPv6Any];
        Assert.All(server.EndPoints.Concat(streams.EndPoints), endPoint => Assert.Contains(((IPEndPoint)endPoint).Address, wildcards));
    });

    [Fact(DisplayName = "SV-05 IPv6 listeners are for IPv6 only, so both families share one port")]
    public void CreateServer_BothFamiliesOnOnePort_Binds() => Run(async () =>
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        int port = FreePort();
        await using Server server = await Loop.CreateServerAsync(Echo, null, port);
        Assert.Equal(2, server.EndPoints.Count);
        Assert.All(server.EndPoints, endPoint => Assert.Equal(port, ((IPEndPoint)endPoint).Port));
        RawPeer old = Connect(new IPEndPoint(IPAddress.Loopback, port));
        RawPeer young = Connect(new IPEndPoint(IPAddress.IPv6Loopback, port));
        await AssertEchoesAsync(old);
        await AssertEchoesAsync(young);
        Assert.Equal(
            [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6],
            Accepted.Select(record => record.Transport.RemoteEndPoint!.AddressFamily).Order());
        old.Dispose();
        young.Dispose();
    });

    [Fact(DisplayName = "SV-05 An address the machine does not have is skipped; with none left it is an error that names it")]
    public void CreateServer_UnavailableAddress_IsSkipped() => Run(async () =>
    {
        await using Server server = await Loop.CreateServerAsync(Echo, ["192.0.2.1", "127.0.0.1"], 0);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)Assert.Single(server.EndPoints)).Address);
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => Loop.CreateServerAsync(Echo, "192.0.2.1", 0));
        Assert.Equal(SocketError.AddressNotAvailable, error.SocketErrorCode);
        Assert.Contains("192.0.2.1", error.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "SV-05 F28 A port in use is an error that names the address, and closes what was bound before")]
    public void CreateServer_PortInUse_FailsAndClosesTheOthers() => Run(async () =>
    {
        using Socket taken = Listener(IPAddress.Parse("127.0.0.2"), 0);
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        int descriptors = Loop.Statistics.Descriptors;
        SocketException error = await Assert.ThrowsAsync<SocketException>(
            () => Loop.CreateServerAsync(Echo, ["127.0.0.1", "127.0.0.2"], port));
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        Assert.Contains($"127.0.0.2:{port}", error.Message, StringComparison.Ordinal);
        Assert.Equal(descriptors, Loop.Statistics.Descriptors);
        using Socket free = Listener(IPAddress.Loopback, port);
        free.Listen();
    });

    [Fact(DisplayName = "F28 A second server on the port of a live one fails, always")]
    public void CreateServer_PortOfALiveServer_Fails() => Run(async () =>
    {
        await using Server first = await ServeAsync();
        int port = ((IPEndPoint)first.EndPoints[0]).Port;
        for (int i = 0; i < 3; i++)
        {
            SocketException error = await Assert.ThrowsAsync<SocketException>(() => Loop.CreateServerAsync(Echo, "127.0.0.1", port));
            Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
            Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        }

        RawPeer peer = Connect(first);
        await AssertEchoesAsync(peer);
        peer.Dispose();
    });

    [Fact(DisplayName = "F28 Two bound servers on one port: the second to listen fails with the address, closed and not serving")]
    public void StartServing_PortTakenMeanwhile_FailsAndNamesTheAddress() => Run(async () =>
    {
        int port = FreePort();
        Server late = await Loop.CreateServerAsync(Echo, "127.0.0.1", port, new ServerOptions { StartServing = false });
        // The system lets two sockets bind one address as long as neither listens.
        await using Server first = await Loop.CreateServerAsync(Echo, "127.0.0.1", port);
        int descriptors = Loop.Statistics.Descriptors;
        SocketException error = await Assert.ThrowsAsync<SocketException>(late.StartServingAsync);
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.False(late.IsServing);
        Assert.Equal(descriptors, Loop.Statistics.Descriptors);
        late.Close();
        await late.WaitClosedAsync();
        RawPeer peer = Connect(first);
        await AssertEchoesAsync(peer);
        peer.Dispose();
    });

    [Fact(DisplayName = "F28 Overlapping hosts on one port fail as a whole: nothing serves and nothing stays bound")]
    public void CreateServer_OverlappingHosts_FailsAsAWhole() => Run(async () =>
    {
        int port = FreePort();
        int descriptors = Loop.Statistics.Descriptors;
        SocketException error = await Assert.ThrowsAsync<SocketException>(
            () => Loop.CreateServerAsync(Echo, ["127.0.0.1", "0.0.0.0"], port));
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        Assert.Contains($"0.0.0.0:{port}", error.Message, StringComparison.Ordinal);
        Assert.Equal(descriptors, Loop.Statistics.Descriptors);
        AssertRefuses(new IPEndPoint(IPAddress.Loopback, port));
        await using Server server = await Loop.CreateServerAsync(Echo, "0.0.0.0", port);
    });

    [Fact(DisplayName = "SV-03 With ReusePort two servers share a port, and every connection reaches one of them")]
    public void CreateServer_ReusePort_SharesThePort() => Run(async () =>
    {
        var options = new ServerOptions { ReusePort = true };
        await using Server first = await ServeAsync(options);
        await using Server second = await Loop.CreateServerAsync(Echo, "127.0.0.1", ((IPEndPoint)first.EndPoints[0]).Port, options);
        Assert.Equal(first.EndPoints, second.EndPoints);
        RawPeer[] peers = [.. Enumerable.Range(0, 40).Select(_ => Connect(first))];
        foreach (RawPeer peer in peers)
        {
            await AssertEchoesAsync(peer);
            peer.Dispose();
        }

        Assert.Equal(40, first.AcceptedCount + second.AcceptedCount);
        // 40 connections on one side only happen once in 2^39.
        Assert.True(first.AcceptedCount > 0 && second.AcceptedCount > 0);
        await Assert.ThrowsAsync<SocketException>(
            () => Loop.CreateServerAsync(Echo, "127.0.0.1", ((IPEndPoint)first.EndPoints[0]).Port));
    });

    [Theory(DisplayName = "SV-03 An existing socket is served; the backlog is ours unless it listens already")]
    [InlineData(false)]
    [InlineData(true)]
    public void CreateServer_ExistingSocket_IsServed(bool listensAlready) => Run(async () =>
    {
        Socket socket = Listener(IPAddress.Loopback, 0);
        EndPoint endPoint = socket.LocalEndPoint!;
        RawPeer? early = null;
        if (listensAlready)
        {
            socket.Listen(30);
            early = Connect(endPoint);
        }

        await using (Server server = await Loop.CreateServerAsync(Echo, socket, new ServerOptions { Backlog = 7 }))
        {
            Assert.Equal(endPoint, Assert.Single(server.EndPoints));
            Assert.Equal(listensAlready ? 30 : 7, BacklogOf(socket));
            RawPeer peer = early ?? Connect(server);
            await AssertEchoesAsync(peer);
            peer.Dispose();
        }

        AssertRefuses(endPoint);
        Assert.Throws<ObjectDisposedException>(() => socket.Listen());
    });

    [Fact(DisplayName = "SV-03 The backlog is 100 unless another is given")]
    public void CreateServer_Backlog_DefaultsToHundred() => Run(async () =>
    {
        Socket socket = Listener(IPAddress.Loopback, 0);
        await using Server server = await Loop.CreateServerAsync(Echo, socket);
        Assert.Equal(100, BacklogOf(socket));
    });

    /// <summary>For a listening socket the kernel shows the length of its queue as tcpi_sacked of TCP_INFO.</summary>
    private static int BacklogOf(Socket socket)
    {
        var info = new byte[256];
        socket.GetRawSocketOption(6, 11, info);
        return BitConverter.ToInt32(info, 28);
    }
}
