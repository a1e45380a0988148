using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Tls;

/// <summary>Programs that do TLS without .NET; a machine that has them not skips the test.</summary>
public sealed class RealPeerTests : TlsTest
{
    [Fact(DisplayName = "TL-01 TL-08 curl fetches over HTTPS from a server of the loop")]
    public void Server_ForCurl_AnswersHttps() => Run(async () =>
    {
        string authority = WriteCertificate();
        try
        {
            Server server = await Loop.CreateServerAsync(
                () => new Responder(), "127.0.0.1", 0, new ServerOptions { Tls = TestCertificates.ServerOptions() });
            using Process curl = Start(
                "curl", "--silent", "--show-error", "--ipv4", "--noproxy", "*", "--cacert", authority,
                    $"https://localhost:{PortOf(server)}/");
            Assert.Equal("hello curl", await curl.StandardOutput.ReadToEndAsync());
            await curl.WaitForExitAsync();
            Assert.Equal(0, curl.ExitCode);
            server.Close();
            await server.WaitClosedAsync();
        }
        finally
        {
            File.Delete(authority);
        }
    });

    [Theory(DisplayName = "TL-01 TL-09 A client of the loop talks to openssl s_server, in both versions of TLS")]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public void Client_OfOpenSsl_Talks(string version) => Run(async () =>
    {
        string certificate = WriteCertificate(withKey: true);
        int port = FreePort();
        using Process openssl = Start(
            "openssl", "s_server", "-accept", $"127.0.0.1:{port}", "-cert", certificate, "-key", certificate, "-rev", version);
        try
        {
            RecordingProtocol protocol = Recorder();
            await ConnectWhenThereAsync(protocol, port);
            protocol.Record.Transport.Write("drawer\n"u8);
            await protocol.Record.ReceivedAsync(7);
            Assert.Equal("reward\n"u8.ToArray(), protocol.Record.Received);
            protocol.Record.Transport.Write("CLOSE\n"u8);
            Assert.Null(await protocol.Record.Lost);
        }
        finally
        {
            openssl.Kill();
            await openssl.WaitForExitAsync();
            File.Delete(certificate);
        }
    });

    [Fact(DisplayName = "F12 A renegotiation that the client begins is refused")]
    public void Server_ClientRenegotiates_IsRefused() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        Server server = await ServeAsync(null, protocol);
        using Process openssl = Start("openssl", "s_client", "-connect", $"127.0.0.1:{PortOf(server)}", "-tls1_2");
        await protocol.Record.Made;
        await openssl.StandardInput.WriteAsync("R\n");
        await openssl.StandardInput.FlushAsync();
        // Refused by a warning, which openssl takes as an error and hangs up, or by the end of the connection.
        await protocol.Record.Lost;
        _ = TakeReports();
        Assert.Equal(0, protocol.Record.ReceivedCount);
        server.Close();
        openssl.Kill();
        await openssl.WaitForExitAsync();
        await server.WaitClosedAsync();
    });

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed.");
            throw;
        }
    }

    private static string WriteCertificate(bool withKey = false)
    {
        string path = Path.GetTempFileName();
        X509Certificate2 certificate = TestCertificates.Server;
        string text = certificate.ExportCertificatePem();
        if (withKey)
        {
            text += $"\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n";
        }

        File.WriteAllText(path, text);
        return path;
    }

    private static int FreePort()
    {
        using Socket socket = Listen();
        return PortOf(socket);
    }

    private async Task ConnectWhenThereAsync(RecordingProtocol protocol, int port)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await Loop.CreateConnectionAsync(
                    () => protocol, "127.0.0.1", port, new ConnectionOptions { Tls = TestCertificates.ClientOptions() });
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(start) < Patience.Bound)
            {
                // openssl has not started to listen yet.
                await Task.Delay(10);
            }
        }
    }

    private sealed class Responder : Protocol
    {
        private readonly StringBuilder _request = new();
        private ITransport? _transport;

        public override void ConnectionMade(ITransport transport) => _transport = transport;

        public override void DataReceived(ReadOnlySpan<byte> data)
        {
            _request.Append(Encoding.ASCII.GetString(data));
            if (_request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                _transport!.Write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhello curl"u8);
                _transport.Close();
            }
        }
    }
}
