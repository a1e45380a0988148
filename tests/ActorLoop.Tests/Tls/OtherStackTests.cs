using System.Diagnostics;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Tls;

/// <summary>TLS of OpenSSL's command line and of Python on the other side; a machine that has them not skips the test.</summary>
public sealed class OtherStackTests : TlsTest
{
    private const string PythonClient = """
        import socket, ssl, sys
        context = ssl.create_default_context(cafile=sys.argv[2])
        context.maximum_version = getattr(ssl.TLSVersion, sys.argv[3])
        with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as raw:
            with context.wrap_socket(raw, server_hostname="localhost") as tls:
                data = bytes(range(256)) * 400
                tls.sendall(data)
                received = b""
                while len(received) < len(data):
                    received += tls.recv(65536)
                version = tls.version()
                tls.unwrap()
                print(version, received == data)
        """;

    private const string PythonServer = """
        import socket, ssl, sys
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[1])
        context.maximum_version = getattr(ssl.TLSVersion, sys.argv[2])
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        raw, _ = listener.accept()
        with context.wrap_socket(raw, server_side=True) as tls:
            while data := tls.recv(65536):
                tls.sendall(data)
            tls.unwrap()
        """;

    [Theory(DisplayName = "TL-01 TL-09 openssl s_client checks the certificate, has a line echoed, and leaves in order")]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public void Server_ForOpenSsl_Echoes(string version) => Run(async () =>
    {
        using var certificate = new CertificateFile(withKey: false);
        RecordingProtocol protocol = Echo();
        Server server = await ServeAsync(null, protocol);
        using Process openssl = Programs(
            "openssl", "s_client", "-connect", $"127.0.0.1:{PortOf(server)}", "-CAfile", certificate.Path, "-servername", "localhost",
            "-verify_return_error", "-verify_hostname", "localhost", "-quiet", "-no_ign_eof", version);
        await openssl.StandardInput.WriteAsync("from openssl\n");
        await openssl.StandardInput.FlushAsync();
        Assert.Equal("from openssl", await openssl.StandardOutput.ReadLineAsync());
        openssl.StandardInput.Close();
        await openssl.WaitForExitAsync();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(version == "-tls1_3" ? "Tls13" : "Tls12", protocol.Record.Transport.GetExtraInfo("sslprotocol")?.ToString());
        server.Close();
        await server.WaitClosedAsync();
    });

    [Theory(DisplayName = "TL-01 TL-08 TL-09 A client in Python sends and receives 100 KB and unwraps")]
    [InlineData("TLSv1_2")]
    [InlineData("TLSv1_3")]
    public void Server_ForPython_Echoes(string version) => Run(async () =>
    {
        using var certificate = new CertificateFile(withKey: false);
        RecordingProtocol protocol = Echo();
        Server server = await ServeAsync(null, protocol);
        using Process python = Programs("python3", "-c", PythonClient, $"{PortOf(server)}", certificate.Path, version);
        Assert.Equal($"{version.Replace('_', '.')} True", (await python.StandardOutput.ReadToEndAsync()).Trim());
        await python.WaitForExitAsync();
        Assert.Equal(0, python.ExitCode);
        Assert.Null(await protocol.Record.Lost);
        server.Close();
        await server.WaitClosedAsync();
    });

    [Theory(DisplayName = "TL-01 TL-08 A server in Python echoes to a client of the loop, and both say goodbye")]
    [InlineData("TLSv1_2")]
    [InlineData("TLSv1_3")]
    public void Client_OfPython_IsEchoed(string version) => Run(async () =>
    {
        using var certificate = new CertificateFile(withKey: true);
        using Process python = Programs("python3", "-c", PythonServer, certificate.Path, version);
        int port = int.Parse((await python.StandardOutput.ReadLineAsync())!, System.Globalization.CultureInfo.InvariantCulture);
        RecordingProtocol protocol = Recorder();
        await Loop.CreateConnectionAsync(
            () => protocol, "127.0.0.1", port, new ConnectionOptions { Tls = TestCertificates.ClientOptions() });
        byte[] data = TestBytes.Make(300_000);
        protocol.Record.Transport.Write(data);
        await protocol.Record.ReceivedAsync(data.Length);
        protocol.Record.Transport.Close();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(data, protocol.Record.Received);
        await python.WaitForExitAsync();
        Assert.Equal(0, python.ExitCode);
    });

    [Fact(DisplayName = "F10 curl that speaks HTTP in clear on the TLS port is refused, and the next client served")]
    public void Server_CurlInClear_IsRefused() => Run(async () =>
    {
        RecordingProtocol refused = Recorder();
        RecordingProtocol next = Echo();
        Server server = await ServeAsync(null, refused, next);
        using (Process curl = Programs("curl", "--silent", "--ipv4", "--noproxy", "*", $"http://127.0.0.1:{PortOf(server)}/"))
        {
            await curl.WaitForExitAsync();
            Assert.NotEqual(0, curl.ExitCode);
        }

        using TlsPeer peer = await TlsPeer.ConnectAsync(PortOf(server));
        await peer.SendAsync("next"u8.ToArray());
        Assert.Equal("next"u8.ToArray(), await peer.ReceiveAsync(4));
        await peer.Stream.ShutdownAsync();
        Assert.Empty(refused.Record.Calls);
        Assert.Null(await next.Record.Lost);
        server.Close();
        await server.WaitClosedAsync();
    });

    private static Process Programs(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed.");
            throw;
        }
    }

    private RecordingProtocol Echo()
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnData = data => protocol.Record.Transport.Write(data);
        return protocol;
    }
}
