using System.Net;
using System.Net.Security;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>One loop with the lean protocol: what the loop itself costs, without the counting that the sample does.</summary>
internal static class ActorLoopEcho
{
    public static void Run(IPEndPoint endPoint, string? certificate, CancellationToken cancellationToken) => EventLoop.Run(async loop =>
    {
        await using Server server = await loop.CreateServerAsync(
            () => new LeanEcho(), endPoint.Address.ToString(), endPoint.Port, new ServerOptions { Tls = Tls(certificate) });
        Announcement.Write((IPEndPoint)server.EndPoints[0]);
        try
        {
            await server.ServeForeverAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: the server closes on the way out.
        }
    });

    private static SslServerAuthenticationOptions? Tls(string? certificate) => certificate is null ? null : new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(TlsPrograms.Read(certificate), null, offline: true),
    };
}
