using System.Net.Security;
using System.Security.Authentication;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Tls;

public class TlsStreamTests : TlsTest
{
    [Fact(DisplayName = "TL-16 TL-15 A stream is upgraded on both sides, and what was written before waits or is sent first")]
    public void StartTls_OfStreams_GoesOnEncrypted() => Run(async () =>
    {
        var served = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Server server = await Loop.StartServerAsync(
            async (stream, _) =>
            {
                byte[] command = await stream.ReadLineAsync();
                Assert.Equal("STARTTLS\n"u8.ToArray(), command);
                stream.Write("go\n"u8);
                await stream.StartTlsAsync(TestCertificates.ServerOptions());
                stream.Write(await stream.ReadLineAsync());
                served.SetResult($"{stream.GetExtraInfo("cipher")}");
            },
            "127.0.0.1",
            0);
        await using LoopStream client = await Loop.OpenConnectionAsync("127.0.0.1", PortOf(server));
        client.Write("STARTTLS\n"u8);
        await client.ReadLineAsync();
        Task upgrade = client.StartTlsAsync(TestCertificates.ClientOptions());
        client.Write("written early\n"u8);
        await upgrade;
        Assert.Equal("written early\n"u8.ToArray(), await client.ReadLineAsync());
        Assert.NotEmpty(await served.Task);
        Assert.Empty(await client.ReadToEndAsync());
        server.Close();
    });

    [Fact(DisplayName = "TL-15 F14 Bytes that came in clear before the upgrade are an error, and stay readable")]
    public void StartTls_UnreadBytes_IsRefused() => Run(async () =>
    {
        var refused = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        Server server = await Loop.StartServerAsync(
            async (stream, _) =>
            {
                await stream.ReadLineAsync();
                await Assert.ThrowsAsync<InvalidOperationException>(() => stream.StartTlsAsync(TestCertificates.ServerOptions()));
                refused.SetResult(await stream.ReadLineAsync());
            },
            "127.0.0.1",
            0);
        using RawPeer raw = await RawAsync(PortOf(server));
        await raw.SendAsync("STARTTLS\nEVIL\n"u8.ToArray());
        Assert.Equal("EVIL\n"u8.ToArray(), await refused.Task);
        await raw.ReceiveToEndAsync();
        server.Close();
        await server.WaitClosedAsync();
    });

    [Fact(DisplayName = "TL-01 ST-01 Streams over TLS from the start, megabytes each way")]
    public void Streams_OverTls_CarryMuch() => Run(async () =>
    {
        byte[] data = TestBytes.Make(2_000_000);
        Server server = await Loop.StartServerAsync(
            async (stream, _) =>
            {
                byte[] all = await stream.ReadExactlyAsync(data.Length);
                stream.Write(all);
                await stream.DrainAsync();
            },
            "127.0.0.1",
            0,
            new ServerOptions { Tls = TestCertificates.ServerOptions() });
        await using LoopStream client = await Loop.OpenConnectionAsync(
            "127.0.0.1", PortOf(server), new ConnectionOptions { Tls = TestCertificates.ClientOptions() });
        client.Write(data);
        Assert.Equal(data, await client.ReadExactlyAsync(data.Length));
        Assert.Empty(await client.ReadToEndAsync());
        server.Close();
    });

    [Fact(DisplayName = "TL-10 A reader of a stream that was cut off gets an error, not an end")]
    public void Stream_Truncated_Throws() => Run(async () =>
    {
        var cut = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Server server = await Loop.StartServerAsync(
            async (stream, _) =>
            {
                var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => stream.ReadToEndAsync().AsTask());
                cut.SetResult(lost.InnerException);
            },
            "127.0.0.1",
            0,
            new ServerOptions { Tls = TestCertificates.ServerOptions() });
        using TlsPeer peer = await TlsPeer.ConnectAsync(PortOf(server));
        await peer.SendAsync("half a mess"u8.ToArray());
        peer.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.IsType<TlsTruncatedException>(await cut.Task);
        server.Close();
        await server.WaitClosedAsync();
    });

    [Fact(DisplayName = "UX-03 TL-01 TLS over a Unix socket works, and needs a name to check")]
    public void Unix_WithTls_Works() => Run(async () =>
    {
        string folder = Directory.CreateTempSubdirectory("loop-").FullName;
        string path = Path.Combine(folder, "tls.sock");
        RecordingProtocol server = Recorder();
        RecordingProtocol client = Recorder();
        Server listening = await Loop.CreateUnixServerAsync(
            () => server, path, new UnixServerOptions { Tls = TestCertificates.ServerOptions() });
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.CreateUnixConnectionAsync(
            Recorder, path, new UnixConnectionOptions { Tls = new SslClientAuthenticationOptions() }));
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.CreateUnixConnectionAsync(
            Recorder, path, new UnixConnectionOptions { HandshakeTimeout = TimeSpan.FromSeconds(1) }));
        await Loop.CreateUnixConnectionAsync(
            () => client, path, new UnixConnectionOptions { Tls = TestCertificates.ClientOptions() });
        client.Record.Transport.Write("over unix"u8);
        await server.Record.ReceivedAsync(9);
        client.Record.Transport.Close();
        Assert.Null(await client.Record.Lost);
        Assert.Null(await server.Record.Lost);
        listening.Close();
        await listening.WaitClosedAsync();
        Directory.Delete(folder, recursive: true);
    });

    [Fact(DisplayName = "SV-04 A server over several loops speaks TLS on each of them")]
    public async Task Group_WithTls_ServesOnEachLoop()
    {
        await using var group = new EventLoopGroup(2);
        Server server = await group.CreateServerAsync(
            () => new Echo(), "127.0.0.1", 0, new ServerOptions { Tls = TestCertificates.ServerOptions() });
        await Assert.ThrowsAsync<ArgumentException>(() => group.CreateServerAsync(
            () => new Echo(), "127.0.0.1", 0, new ServerOptions { HandshakeTimeout = TimeSpan.FromSeconds(1) }));
        await Parallel.ForAsync(0, 8, async (i, _) =>
        {
            using TlsPeer peer = await TlsPeer.ConnectAsync(PortOf(server));
            byte[] data = TestBytes.Make(100_000, i);
            Task sending = peer.SendAsync(data);
            Assert.Equal(data, await peer.ReceiveAsync(data.Length));
            await sending;
            await peer.Stream.ShutdownAsync();
        });
        Assert.Equal(8, server.AcceptedCount);
    }

    [Fact(DisplayName = "TL-03 A handshake over streams that fails is the caller's exception, and the reader's")]
    public void StartTls_PeerSpeaksNoTls_Fails() => Run(async () =>
    {
        using System.Net.Sockets.Socket listener = Listen();
        LoopStream client = await Loop.OpenConnectionAsync("127.0.0.1", PortOf(listener));
        using var raw = new RawPeer(await listener.AcceptAsync());
        Task upgrade = client.StartTlsAsync(TestCertificates.ClientOptions());
        await raw.SendAsync("what?\r\n"u8.ToArray());
        await Assert.ThrowsAsync<AuthenticationException>(() => upgrade);
        await Assert.ThrowsAsync<ConnectionLostException>(() => client.ReadLineAsync().AsTask());
        client.Close();
    });

    private sealed class Echo : Protocol
    {
        private ITransport? _transport;

        public override void ConnectionMade(ITransport transport) => _transport = transport;

        public override void DataReceived(ReadOnlySpan<byte> data) => _transport!.Write(data);
    }
}
