using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Tls;

public class TlsHandshakeTests : TlsTest
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);

    [Fact(DisplayName = "TL-01 ConnectionMade comes after the handshake, and data goes both ways")]
    public void Connection_OfTwoLoopEnds_Echoes() => Run(async () =>
    {
        RecordingProtocol client = Recorder();
        RecordingProtocol server = Recorder();
        server.Record.OnData = data => server.Record.Transport.Write(data);
        client.Record.OnMade = transport =>
        {
            Assert.NotNull(transport.GetExtraInfo("cipher"));
            transport.Write("hello"u8);
        };
        await ConnectPairAsync(client, server);
        await client.Record.ReceivedAsync(5);
        Assert.Equal("hello"u8.ToArray(), client.Record.Received);
        client.Record.Transport.Close();
        Assert.Null(await client.Record.Lost);
        Assert.Null(await server.Record.Lost);
        Assert.Equal(["made", "data", "eof", "lost"], server.Record.Calls);
        Assert.Equal(["made", "data", "lost"], client.Record.Calls);
        await NoTimersLeftAsync();
    });

    [Theory(DisplayName = "TL-01 TL-03 A certificate that is not right fails the handshake: neither ConnectionMade nor ConnectionLost")]
    [InlineData("untrusted")]
    [InlineData("expired")]
    [InlineData("wrong host")]
    public void Client_BadCertificate_IsRefused(string defect) => Run(async () =>
    {
        RecordingProtocol server = Recorder();
        RecordingProtocol client = Recorder();
        X509Certificate2 shown = defect == "expired" ? TestCertificates.Expired : TestCertificates.Server;
        X509Certificate2 trusted = defect == "untrusted" ? TestCertificates.Renewed : shown;
        Server listening = await ServeAsync(new ServerOptions { Tls = TestCertificates.ServerOptions(shown) }, server);
        string host = defect == "wrong host" ? "other.test" : "localhost";
        var options = new ConnectionOptions { Tls = TestCertificates.ClientOptions(trusted, host) };
        await Assert.ThrowsAsync<AuthenticationException>(
            () => Loop.CreateConnectionAsync(() => client, "127.0.0.1", PortOf(listening), options));
        listening.Close();
        await listening.WaitClosedAsync();
        Assert.Empty(client.Record.Calls);
        await NoTimersLeftAsync();
    });

    [Fact(DisplayName = "CC-04 The host that is connected to is the name to check, unless the options name another")]
    public void Client_WithoutTargetHost_ChecksTheHost() => Run(async () =>
    {
        Server listening = await ServeAsync(null, Recorder(), Recorder());
        SslClientAuthenticationOptions options = TestCertificates.ClientOptions(host: "");
        (ITransport transport, _) = await Loop.CreateConnectionAsync(
            Recorder, "127.0.0.1", PortOf(listening), new ConnectionOptions { Tls = options });
        Assert.Equal("", options.TargetHost);
        transport.Close();
        options = TestCertificates.ClientOptions(host: "example.test");
        (transport, _) = await Loop.CreateConnectionAsync(
            Recorder, "127.0.0.1", PortOf(listening), new ConnectionOptions { Tls = options });
        Assert.Equal("example.test", transport.GetExtraInfo("servername"));
        transport.Close();
        listening.Close();
        await listening.WaitClosedAsync();
    });

    [Fact(DisplayName = "CC-04 UX-03 Without a name to check, and without TLS but with its times, nothing is opened")]
    public void Client_BadOptions_AreRefused() => Run(async () =>
    {
        using Socket listener = Listen();
        using var connected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await connected.ConnectAsync(listener.LocalEndPoint!);
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.CreateConnectionAsync(
            () => new RecordingProtocol(), connected, new ConnectionOptions { Tls = new SslClientAuthenticationOptions() }));
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.CreateConnectionAsync(
            () => new RecordingProtocol(), "127.0.0.1", 1, new ConnectionOptions { HandshakeTimeout = s_short }));
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.CreateConnectionAsync(
            () => new RecordingProtocol(), "127.0.0.1", 1, new ConnectionOptions { ShutdownTimeout = s_short }));
        Assert.True(connected.Connected);
    });

    [Fact(DisplayName = "CC-05 Times of TLS are positive; only the shutdown may be zero, which does not wait")]
    public void Options_TimesNotPositive_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectionOptions { HandshakeTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerOptions { HandshakeTimeout = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StartTlsOptions { HandshakeTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerOptions { ShutdownTimeout = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerOptions { MaxConcurrentHandshakes = 0 });
        Assert.Equal(TimeSpan.Zero, new ConnectionOptions { ShutdownTimeout = TimeSpan.Zero }.ShutdownTimeout);
    }

    [Fact(DisplayName = "SV-04 A server refuses options of TLS that cannot work, before it binds")]
    public void Server_BadOptions_AreRefused() => Run(async () =>
    {
        SslServerAuthenticationOptions good = TestCertificates.ServerOptions();
        ServerOptions[] bad =
        [
            new() { HandshakeTimeout = s_short },
            new() { ShutdownTimeout = s_short },
            new() { Tls = new SslServerAuthenticationOptions() },
            new() { Tls = new SslServerAuthenticationOptions { ServerCertificate = TestCertificates.Server, AllowRenegotiation = true } },
            new() { Tls = good, TlsSelector = (_, _, _, _) => ValueTask.FromResult(good) },
        ];
        foreach (ServerOptions options in bad)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Loop.CreateServerAsync(Recorder, "127.0.0.1", 0, options));
        }
    });

    [Fact(DisplayName = "TL-02 TL-20 A server that says nothing costs the client its handshake time, and no more")]
    public void Client_SilentServer_TimesOut() => Run(async () =>
    {
        using Socket listener = Listen();
        RecordingProtocol client = Recorder();
        var options = new ConnectionOptions { Tls = TestCertificates.ClientOptions(), HandshakeTimeout = s_short };
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => Loop.CreateConnectionAsync(() => client, "127.0.0.1", PortOf(listener), options));
        Assert.Equal(SocketError.ConnectionAborted, failure.SocketErrorCode);
        Assert.Contains("longer than", failure.Message, StringComparison.Ordinal);
        Assert.Empty(client.Record.Calls);
        await NoTimersLeftAsync();
    });

    [Theory(DisplayName = "TL-02 F11 A client that says nothing, or never ends its hello, is closed; the server goes on")]
    [InlineData("")]
    [InlineData("16")]
    [InlineData("1603010200")]
    [InlineData("160301020001000000")]
    public void Server_SilentClient_IsClosed(string sent) => Run(async () =>
    {
        RecordingProtocol silent = Recorder();
        RecordingProtocol good = Recorder();
        Server server = await ServeAsync(
            new ServerOptions { Tls = TestCertificates.ServerOptions(), HandshakeTimeout = TimeSpan.FromMilliseconds(300) }, silent, good);
        using RawPeer raw = await RawAsync(PortOf(server));
        await raw.SendAsync(Convert.FromHexString(sent));
        await raw.EndedByResetAsync();
        using TlsPeer peer = await TlsPeer.ConnectAsync(PortOf(server));
        await good.Record.Made;
        Assert.Empty(silent.Record.Calls);
        server.Close();
        server.CloseClients();
        await peer.ReceiveToEndAsync();
        peer.Dispose();
        await server.WaitClosedAsync();
        await NoTimersLeftAsync();
    });

    [Theory(DisplayName = "F10 What is no TLS is refused at once, without a word to the protocol, and logged at most once a second")]
    [InlineData("474554202f20485454502f312e310d0a0d0a")]
    [InlineData("00")]
    [InlineData("1604")]
    [InlineData("160301ffff")]
    [InlineData("802e010301001500000010")]
    [InlineData("1503010002022f")]
    [InlineData("16030100050100000100")]
    public void Server_Garbage_IsRefused(string sent) => Run(async () =>
    {
        byte[] bytes = Convert.FromHexString(sent);
        RecordingProtocol[] protocols = [.. Enumerable.Range(0, 20).Select(_ => Recorder())];
        Server server = await ServeAsync(null, protocols);
        for (int i = 0; i < protocols.Length; i++)
        {
            using RawPeer raw = await RawAsync(PortOf(server));
            await raw.SendAsync(bytes);
            await raw.EndedByResetAsync();
        }

        server.Close();
        await server.WaitClosedAsync();
        Assert.All(protocols, protocol => Assert.Empty(protocol.Record.Calls));
        Assert.InRange(WarningCount, 1, 5);
        await NoTimersLeftAsync();
    });

    [Theory(DisplayName = "TL-03 A peer that disappears during the handshake is a connection reset")]
    [InlineData(false)]
    [InlineData(true)]
    public void Client_PeerDisappears_IsReset(bool reset) => Run(async () =>
    {
        using Socket listener = Listen();
        RecordingProtocol client = Recorder();
        Task connecting = Loop.CreateConnectionAsync(
            () => client, "127.0.0.1", PortOf(listener), new ConnectionOptions { Tls = TestCertificates.ClientOptions() });
        var peer = new RawPeer(await listener.AcceptAsync());
        await peer.ReceiveAsync(10);
        if (reset)
        {
            peer.Reset();
        }
        else
        {
            await peer.Socket.ReceiveAsync(new byte[4096]);
            peer.Dispose();
        }

        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => connecting);
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
        Assert.Empty(client.Record.Calls);
    });

    [Fact(DisplayName = "TL-03 CC-11 Giving up during the handshake closes the connection at once")]
    public void Client_CanceledInTheHandshake_CloseTheSocket() => Run(async () =>
    {
        using Socket listener = Listen();
        using var cancel = new CancellationTokenSource();
        Task connecting = Loop.CreateConnectionAsync(
            Recorder, "127.0.0.1", PortOf(listener), new ConnectionOptions { Tls = TestCertificates.ClientOptions() }, cancel.Token);
        using var peer = new RawPeer(await listener.AcceptAsync());
        await peer.ReceiveAsync(10);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await peer.EndedByResetAsync();
        await NoTimersLeftAsync();
    });

    [Fact(DisplayName = "TL-03 CloseClients during a handshake aborts it at once")]
    public void Server_ClosesClientsInTheHandshake_EndsThem() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        Server server = await ServeAsync(null, protocol);
        using RawPeer raw = await RawAsync(PortOf(server));
        await raw.SendAsync(Convert.FromHexString("1603010200"));
        while (server.ConnectionCount == 0)
        {
            await Task.Yield();
        }

        server.Close();
        server.CloseClients();
        await server.WaitClosedAsync();
        await raw.EndedByResetAsync();
        Assert.Empty(protocol.Record.Calls);
    });

    [Fact(DisplayName = "TL-04 CC-13 Protocol, cipher, certificate and the names below are known, also after the end")]
    public void ExtraInfo_OfTls_IsAnsweredAfterTheEndToo() => Run(async () =>
    {
        RecordingProtocol client = Recorder();
        RecordingProtocol server = Recorder();
        await ConnectPairAsync(client, server);
        await server.Record.Made;
        ITransport transport = client.Record.Transport;
        transport.Close();
        await client.Record.Lost;
        await server.Record.Lost;
        await TurnsAsync();
        Assert.True(transport.GetExtraInfo("sslprotocol") is SslProtocols.Tls13 or SslProtocols.Tls12);
        Assert.IsType<TlsCipherSuite>(transport.GetExtraInfo("cipher"));
        Assert.Equal(TestCertificates.Server.Thumbprint, ((X509Certificate2)transport.GetExtraInfo("peercert")!).Thumbprint);
        Assert.Equal(transport.RemoteEndPoint, transport.GetExtraInfo("peername"));
        Assert.NotNull(transport.GetExtraInfo("sockname"));
        Assert.IsType<TransportSocket>(transport.GetExtraInfo("socket"));
        Assert.Null(server.Record.Transport.GetExtraInfo("peercert"));
        Assert.Null(transport.GetExtraInfo("alpn"));
        Assert.Null(transport.GetExtraInfo("nonsense"));
    });

    [Fact(DisplayName = "TL-04 ALPN and the client's certificate are agreed on as the options say")]
    public void ExtraInfo_OfAlpnAndClientCertificate_IsKnown() => Run(async () =>
    {
        SslServerAuthenticationOptions options = TestCertificates.ServerOptions();
        options.ApplicationProtocols = [new SslApplicationProtocol("line/1")];
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        RecordingProtocol server = Recorder();
        Server listening = await ServeAsync(new ServerOptions { Tls = options }, server);
        SslClientAuthenticationOptions client = TestCertificates.ClientOptions();
        client.ApplicationProtocols = [new SslApplicationProtocol("other"), new SslApplicationProtocol("line/1")];
        client.ClientCertificateContext = SslStreamCertificateContext.Create(TestCertificates.Client, null, offline: true);
        (ITransport transport, _) = await Loop.CreateConnectionAsync(
            Recorder, "127.0.0.1", PortOf(listening), new ConnectionOptions { Tls = client });
        listening.Close();
        ITransport accepted = await server.Record.Made;
        Assert.Equal("line/1", accepted.GetExtraInfo("alpn"));
        Assert.Equal("line/1", transport.GetExtraInfo("alpn"));
        Assert.Equal(TestCertificates.Client.Thumbprint, ((X509Certificate2)accepted.GetExtraInfo("peercert")!).Thumbprint);
        transport.Close();
        await server.Record.Lost;
        await listening.WaitClosedAsync();
    });

    [Fact(DisplayName = "P6 A new certificate in the options is shown to the next client, without a restart")]
    public void Certificate_Exchanged_IsShownToTheNextClient() => Run(async () =>
    {
        SslServerAuthenticationOptions options = TestCertificates.ServerOptions();
        Server server = await ServeAsync(new ServerOptions { Tls = options }, Recorder(), Recorder());
        foreach (X509Certificate2 certificate in new[] { TestCertificates.Server, TestCertificates.Renewed })
        {
            options.ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
            using TlsPeer peer = await TlsPeer.ConnectAsync(PortOf(server), TestCertificates.ClientOptions(certificate));
            Assert.Equal(certificate.Thumbprint, new X509Certificate2(peer.Stream.RemoteCertificate!).Thumbprint);
            await peer.Stream.ShutdownAsync();
        }

        server.Close();
        await server.WaitClosedAsync();
    });

    [Theory(DisplayName = "TL-01 The selector gets the name the client asks for, and may await on the loop")]
    [InlineData(false)]
    [InlineData(true)]
    public void Selector_SelectsByName(bool awaits) => Run(async () =>
    {
        EventLoop loop = Loop;
        List<string> names = [];
        var options = new ServerOptions
        {
            TlsSelector = async (_, hello, _, _) =>
            {
                Assert.True(loop.IsOnLoop);
                if (awaits)
                {
                    await Task.Delay(1, CancellationToken.None);
                    Assert.True(loop.IsOnLoop);
                }

                names.Add(hello.ServerName);
                return TestCertificates.ServerOptions();
            },
        };
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol, options);
        await peer.SendAsync([1, 2, 3]);
        await protocol.Record.ReceivedAsync(3);
        Assert.Equal(["localhost"], names);
        Assert.Equal("localhost", protocol.Record.Transport.GetExtraInfo("servername"));
        protocol.Record.Transport.Close();
        await peer.ReceiveToEndAsync();
        peer.Dispose();
        Assert.Null(await protocol.Record.Lost);
    });

    [Theory(DisplayName = "F17 A callback of the handshake that throws ends that connection only, and is reported")]
    [InlineData("selector")]
    [InlineData("selector later")]
    [InlineData("certificate")]
    [InlineData("validation")]
    public void Callback_Throws_EndsTheConnectionOnly(string which) => Run(async () =>
    {
        bool throws = true;
        SslServerAuthenticationOptions good = TestCertificates.ServerOptions();
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateSelectionCallback = (_, _) =>
                throws && which == "certificate" ? throw new NotImplementedException("bug") : TestCertificates.Server,
            ClientCertificateRequired = which == "validation",
            RemoteCertificateValidationCallback = (_, _, _, _) =>
                throws && which == "validation" ? throw new NotImplementedException("bug") : true,
        };
        var serverOptions = which.StartsWith("selector", StringComparison.Ordinal)
            ? new ServerOptions
            {
                TlsSelector = async (_, _, _, _) =>
                {
                    if (which == "selector later")
                    {
                        await Task.Yield();
                    }

                    return throws ? throw new NotImplementedException("bug") : good;
                },
            }
            : new ServerOptions { Tls = options };
        RecordingProtocol failing = Recorder();
        RecordingProtocol working = Recorder();
        Server server = await ServeAsync(serverOptions, failing, working);
        // In TLS 1.3 the client may believe in the connection until it reads.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using TlsPeer refused = await TlsPeer.ConnectAsync(PortOf(server));
            await refused.ReceiveAsync(1);
        });
        Assert.Equal("bug", TakeReport().Exception!.Message);
        throws = false;
        using TlsPeer peer = await TlsPeer.ConnectAsync(PortOf(server));
        await working.Record.Made;
        Assert.Empty(failing.Record.Calls);
        server.Close();
        server.CloseClients();
        await peer.ReceiveToEndAsync();
        peer.Dispose();
        await server.WaitClosedAsync();
    });

    [Fact(DisplayName = "F11 Only so many handshakes run at once; the others wait their turn, and all are served")]
    public void Server_ManyHandshakes_RunsSomeAtOnce() => Run(async () =>
    {
        const int Count = 40;
        int running = 0;
        int most = 0;
        var options = new ServerOptions
        {
            MaxConcurrentHandshakes = 3,
            TlsSelector = async (_, _, _, _) =>
            {
                most = Math.Max(most, ++running);
                await Task.Delay(1, CancellationToken.None);
                running--;
                return TestCertificates.ServerOptions();
            },
        };
        Server server = await ServeAsync(options, [.. Enumerable.Range(0, Count).Select(_ => Recorder())]);
        TlsPeer[] peers = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => TlsPeer.ConnectAsync(PortOf(server))));
        Assert.InRange(most, 1, 3);
        server.Close();
        foreach (TlsPeer peer in peers)
        {
            await peer.Stream.ShutdownAsync();
            peer.Dispose();
        }

        await server.WaitClosedAsync();
        await NoTimersLeftAsync();
    });

    [Fact(DisplayName = "F11 Hundreds of parked handshakes end on time, also those that wait for their turn")]
    public void Server_ParkedHandshakes_EndOnTime() => Run(async () =>
    {
        const int Count = 300;
        RecordingProtocol[] protocols = [.. Enumerable.Range(0, Count).Select(_ => Recorder())];
        Server server = await ServeAsync(
            new ServerOptions
            {
                Tls = TestCertificates.ServerOptions(),
                HandshakeTimeout = TimeSpan.FromMilliseconds(500),
                MaxConcurrentHandshakes = 10,
                Backlog = Count,
            },
            protocols);
        RawPeer[] peers = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => RawAsync(PortOf(server))));
        // A complete record that holds the beginning of a hello: the handshake runs, and waits.
        byte[] beginning = Convert.FromHexString("16030100050100010000");
        foreach (RawPeer peer in peers)
        {
            await peer.SendAsync(beginning);
        }

        server.Close();
        await server.WaitClosedAsync();
        Array.ForEach(peers, peer => peer.Dispose());
        Assert.All(protocols, protocol => Assert.Empty(protocol.Record.Calls));
        await NoTimersLeftAsync();
    });
}
