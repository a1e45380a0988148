using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Tls;

public class StartTlsTests : TlsTest
{
    [Fact(DisplayName = "TL-13 TL-14 Both ends upgrade an open connection; the protocols stay, and are not told of it again")]
    public void StartTls_BothEnds_GoesOnEncrypted() => Run(async () =>
    {
        (RecordingProtocol client, RecordingProtocol server) = await ConnectInClearAsync();
        client.Record.Transport.Write("STARTTLS"u8);
        await server.Record.ReceivedAsync(8);
        ITransport[] both = await UpgradeAsync(client, server);
        Assert.NotSame(client.Record.Transport, both[0]);
        Assert.NotNull(both[0].GetExtraInfo("cipher"));
        Assert.Same(client, both[0].Protocol);
        both[0].Write("secret"u8);
        await server.Record.ReceivedAsync(14);
        both[1].Write("answer"u8);
        await client.Record.ReceivedAsync(6);
        Assert.Equal("STARTTLSsecret"u8.ToArray(), server.Record.Received);
        Assert.Equal("answer"u8.ToArray(), client.Record.Received);
        both[0].Close();
        Assert.Null(await client.Record.Lost);
        Assert.Null(await server.Record.Lost);
        Assert.Equal(["made", "data", "eof", "lost"], server.Record.Calls);
        await NoTimersLeftAsync();
    });

    [Fact(DisplayName = "TL-17 TLS inside TLS inside TLS works")]
    public void StartTls_OverTls_Works() => Run(async () =>
    {
        RecordingProtocol client = Recorder();
        RecordingProtocol server = Recorder();
        await ConnectPairAsync(client, server);
        await server.Record.Made;
        ITransport[] both = await UpgradeAsync(client, server);
        Task<ITransport> third = Loop.StartTlsAsync(both[0], client, TestCertificates.ClientOptions());
        ITransport inner = await Loop.StartTlsAsync(both[1], server, TestCertificates.ServerOptions());
        ITransport outer = await third;
        byte[] data = TestBytes.Make(1_000_000);
        server.Record.OnData = bytes => inner.Write(bytes);
        outer.Write(data);
        await client.Record.ReceivedAsync(data.Length);
        Assert.Equal(data, client.Record.Received);
        outer.Close();
        Assert.Null(await client.Record.Lost);
        Assert.Null(await server.Record.Lost);
        await NoTimersLeftAsync();
    });

    [Fact(DisplayName = "TL-15 Bytes of the peer's handshake that came early are handed over explicitly")]
    public void StartTls_BytesHandedOver_AreTheHandshakes() => Run(async () =>
    {
        RecordingProtocol server = Recorder();
        Server listening = await Loop.CreateServerAsync(() => server, "127.0.0.1", 0);
        RawPeer raw = await RawAsync(PortOf(listening));
        ITransport below = await server.Record.Made;
        listening.Close();
        Task<ITransport>? upgrade = null;
        server.Record.OnData = data =>
        {
            server.Record.OnData = null;
            byte[] hello = data[6..].ToArray();
            upgrade = Loop.StartTlsAsync(below, server, TestCertificates.ServerOptions(), new StartTlsOptions { Received = hello });
        };
        using var stream = new SslStream(new PrefixedStream("PROXY\n"u8.ToArray(), new NetworkStream(raw.Socket)));
        await stream.AuthenticateAsClientAsync(TestCertificates.ClientOptions());
        ITransport transport = await upgrade!;
        await stream.WriteAsync("in"u8.ToArray());
        transport.Write("out"u8);
        var answer = new byte[3];
        await stream.ReadExactlyAsync(answer);
        Assert.Equal("out"u8.ToArray(), answer);
        transport.Abort();
        await server.Record.Lost;
        raw.Dispose();
    });

    [Fact(DisplayName = "TL-15 F14 What was smuggled behind the command never reaches the protocol")]
    public void StartTls_InjectedText_IsNotDelivered() => Run(async () =>
    {
        RecordingProtocol server = Recorder();
        Server listening = await Loop.CreateServerAsync(() => server, "127.0.0.1", 0);
        RawPeer raw = await RawAsync(PortOf(listening));
        ITransport below = await server.Record.Made;
        listening.Close();
        Task<ITransport>? upgrade = null;
        server.Record.OnData = _ => upgrade ??= Loop.StartTlsAsync(below, server, TestCertificates.ServerOptions());
        await raw.SendAsync("STARTTLS"u8.ToArray());
        await server.Record.ReceivedAsync(8);
        await raw.SendAsync("EVIL\r\n"u8.ToArray());
        await Assert.ThrowsAsync<AuthenticationException>(() => upgrade!);
        Assert.IsType<AuthenticationException>(await server.Record.Lost);
        Assert.Equal(8, server.Record.ReceivedCount);
        raw.Dispose();
    });

    [Theory(DisplayName = "TL-14 A failure or a cancellation of the upgrade ends the connection, and the protocol hears of it")]
    [InlineData("canceled")]
    [InlineData("too long")]
    [InlineData("peer gone")]
    public void StartTls_Fails_EndsTheConnection(string how) => Run(async () =>
    {
        RecordingProtocol client = Recorder();
        using Socket listener = Listen();
        (ITransport transport, _) = await Loop.CreateConnectionAsync(() => client, "127.0.0.1", PortOf(listener));
        RawPeer raw = new(await listener.AcceptAsync());
        using var cancel = new CancellationTokenSource();
        var options = new StartTlsOptions { HandshakeTimeout = how == "too long" ? TimeSpan.FromMilliseconds(20) : null };
        Task<ITransport> upgrade = Loop.StartTlsAsync(transport, client, TestCertificates.ClientOptions(), options, cancel.Token);
        await raw.ReceiveAsync(5);
        if (how == "canceled")
        {
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upgrade);
            Assert.Null(await client.Record.Lost);
        }
        else
        {
            if (how == "peer gone")
            {
                raw.ShutdownSend();
            }

            await Assert.ThrowsAsync<SocketException>(() => upgrade);
            Assert.IsType<SocketException>(await client.Record.Lost);
        }

        raw.Dispose();
        await NoTimersLeftAsync();
    });

    [Fact(DisplayName = "TL-13 What cannot be upgraded is refused, and stays as it was")]
    public void StartTls_BadArguments_AreRefused() => Run(async () =>
    {
        (RecordingProtocol client, RecordingProtocol server) = await ConnectInClearAsync();
        ITransport transport = client.Record.Transport;
        SslClientAuthenticationOptions options = TestCertificates.ClientOptions();
        await Assert.ThrowsAsync<ArgumentNullException>(() => Loop.StartTlsAsync(null!, client, options));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Loop.StartTlsAsync(transport, null!, options));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Loop.StartTlsAsync(transport, client, (SslClientAuthenticationOptions)null!));
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.StartTlsAsync(transport, client, new SslClientAuthenticationOptions()));
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.StartTlsAsync(transport, client, new SslServerAuthenticationOptions()));
        transport.Write("still in clear"u8);
        await server.Record.ReceivedAsync(14);
        ITransport[] both = await UpgradeAsync(client, server);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.StartTlsAsync(transport, client, options));
        both[0].Close();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.StartTlsAsync(both[0], client, options));
        await client.Record.Lost;
        await server.Record.Lost;
    });

    [Fact(DisplayName = "TL-13 The copy of the client's options leaves nothing out")]
    public void ClientOptions_Copied_AreComplete()
    {
        var given = new SslClientAuthenticationOptions();
        string[] names = [.. typeof(SslClientAuthenticationOptions).GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "AllowRenegotiation", "AllowRsaPkcs1Padding", "AllowRsaPssPadding", "AllowTlsResume", "ApplicationProtocols",
                "CertificateChainPolicy", "CertificateRevocationCheckMode", "CipherSuitesPolicy", "ClientCertificateContext",
                "ClientCertificates", "EnabledSslProtocols", "EncryptionPolicy", "LocalCertificateSelectionCallback",
                "RemoteCertificateValidationCallback", "TargetHost",
            ],
            names);
        given.TargetHost = "x";
        given.AllowTlsResume = false;
        given.EnabledSslProtocols = SslProtocols.Tls13;
        given.RemoteCertificateValidationCallback = (_, _, _, _) => false;
        SslClientAuthenticationOptions copy = ActorLoop.Connections.TlsArguments.Client(given, "host", "options");
        foreach (System.Reflection.PropertyInfo property in given.GetType().GetProperties().Where(p => p.Name != "AllowRenegotiation"))
        {
            Assert.Equal(property.GetValue(given), property.GetValue(copy));
        }

        Assert.False(copy.AllowRenegotiation);
    }

    private async Task<(RecordingProtocol Client, RecordingProtocol Server)> ConnectInClearAsync()
    {
        RecordingProtocol client = Recorder();
        RecordingProtocol server = Recorder();
        Server listening = await Loop.CreateServerAsync(() => server, "127.0.0.1", 0);
        await Loop.CreateConnectionAsync(() => client, "127.0.0.1", PortOf(listening));
        await server.Record.Made;
        listening.Close();
        return (client, server);
    }

    private async Task<ITransport[]> UpgradeAsync(RecordingProtocol client, RecordingProtocol server) => await Task.WhenAll(
        Loop.StartTlsAsync(server.Record.Transport, server, TestCertificates.ServerOptions()),
        Loop.StartTlsAsync(client.Record.Transport, client, TestCertificates.ClientOptions())) is [var accepted, var connected]
            ? [connected, accepted]
            : [];

    /// <summary>Sends something in clear together with the first write.</summary>
    private sealed class PrefixedStream(byte[] prefix, Stream inner) : Stream
    {
        private byte[]? _prefix = prefix;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            byte[] all = [.. _prefix ?? [], .. buffer.Span];
            _prefix = null;
            await inner.WriteAsync(all, cancellationToken);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
