using System.Net.Security;
using System.Net.Sockets;
using ActorLoop.TestKit;
using ActorLoop.Tests.Tls;
using Xunit;

namespace ActorLoop.Tests.Callbacks;

public sealed partial class CallbackTests
{
    private static readonly Dictionary<string, Row> s_tlsRows = new()
    {
        ["ServerOptions.TlsSelector"] = new(Told.Reported, (test, failure) => test.ServeTlsAsync(failure, throws => new ServerOptions
        {
            TlsSelector = (_, _, _, _) => throws() ? throw failure : new(TestCertificates.ServerOptions()),
        })),
        ["UnixServerOptions.TlsSelector"] = new(Told.Reported, (test, failure) => test.ServeUnixTlsAsync(failure)),
        ["SslServerAuthenticationOptions.ServerCertificateSelectionCallback"] =
            new(Told.Reported, (test, failure) => test.ServeTlsAsync(failure, throws => new ServerOptions
            {
                Tls = new SslServerAuthenticationOptions
                {
                    ServerCertificateSelectionCallback = (_, _) => throws() ? throw failure : TestCertificates.Server,
                },
            })),
        ["SslServerAuthenticationOptions.RemoteCertificateValidationCallback"] =
            new(Told.Reported, (test, failure) => test.ServeTlsAsync(failure, throws =>
            {
                SslServerAuthenticationOptions tls = TestCertificates.ServerOptions();
                tls.ClientCertificateRequired = true;
                tls.RemoteCertificateValidationCallback = (_, _, _, _) => throws() ? throw failure : true;
                return new ServerOptions { Tls = tls };
            })),
        ["SslClientAuthenticationOptions.RemoteCertificateValidationCallback"] = ClientTls((tls, failure) =>
            tls.RemoteCertificateValidationCallback = (_, _, _, _) => throw failure),
        ["SslClientAuthenticationOptions.LocalCertificateSelectionCallback"] = ClientTls((tls, failure) =>
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => throw failure),
    };

    private static Row ClientTls(Action<SslClientAuthenticationOptions, Exception> set) => new(Told.Thrown, async (test, failure) =>
    {
        Server server = await test.Loop.CreateServerAsync(
            () => new EchoProtocol(), "127.0.0.1", 0, new ServerOptions { Tls = TestCertificates.ServerOptions() });
        SslClientAuthenticationOptions tls = TestCertificates.ClientOptions();
        set(tls, failure);
        try
        {
            await test.Loop.CreateConnectionAsync(
                () => new EchoProtocol(), "127.0.0.1", PortOf(server), new ConnectionOptions { Tls = tls });
        }
        finally
        {
            await EchoesTlsAsync(server, await TlsPeer.ConnectAsync(PortOf(server)));
        }
    });

    private async Task ServeTlsAsync(Exception failure, Func<Func<bool>, ServerOptions> options)
    {
        bool throws = true;
        Server server = await Loop.CreateServerAsync(() => new EchoProtocol(), "127.0.0.1", 0, options(() => throws));
        // In TLS 1.3 the client may believe in the connection until it reads.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using TlsPeer refused = await TlsPeer.ConnectAsync(PortOf(server));
            await refused.ReceiveAsync(1);
        });
        throws = false;
        await EchoesTlsAsync(server, await TlsPeer.ConnectAsync(PortOf(server)));
    }

    private async Task ServeUnixTlsAsync(Exception failure)
    {
        using var folder = new TemporaryFolder();
        string path = folder.NewPath();
        bool throws = true;
        Server server = await Loop.CreateUnixServerAsync(() => new EchoProtocol(), path, new UnixServerOptions
        {
            TlsSelector = (_, _, _, _) => throws ? throw failure : new(TestCertificates.ServerOptions()),
        });
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectUnixAsync(path));
        throws = false;
        await EchoesTlsAsync(server, await ConnectUnixAsync(path));
    }

    private static async Task<TlsPeer> ConnectUnixAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await stream.AuthenticateAsClientAsync(TestCertificates.ClientOptions());
            return new TlsPeer(socket, stream);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async Task EchoesTlsAsync(Server server, TlsPeer next)
    {
        using (next)
        {
            await next.SendAsync("next"u8.ToArray());
            Assert.Equal("next"u8.ToArray(), await next.ReceiveAsync(4));
            await next.Stream.ShutdownAsync();
        }

        server.Close();
        await server.WaitClosedAsync();
    }
}
