using System.Net;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>One loop with the lean protocol: what the loop itself costs, without the counting that the sample does.</summary>
internal static class ActorLoopEcho
{
    private const int Backlog = 1024;

    public static void Run(
        IPEndPoint endPoint,
        string? path,
        string? certificate,
        CancellationToken cancellationToken,
        EventLoopKind kind = EventLoopKind.Default) =>
        EventLoop.Run(
            loop => ServeAsync(loop, endPoint, path, certificate, cancellationToken), new EventLoopOptions { Kind = kind });

    private static async Task ServeAsync(
        EventLoop loop, IPEndPoint endPoint, string? path, string? certificate, CancellationToken cancellationToken)
    {
        await using Server server = path is null
            ? await loop.CreateServerAsync(
                () => new LeanEcho(),
                endPoint.Address.ToString(),
                endPoint.Port,
                new ServerOptions { Backlog = Backlog, Tls = TlsCertificate.ServerOptions(certificate) })
            : await loop.CreateUnixServerAsync(() => new LeanEcho(), path, new UnixServerOptions { Backlog = Backlog });
        Announcement.Write(server.EndPoints[0]);
        try
        {
            await server.ServeForeverAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: the server closes on the way out.
        }
    }
}
