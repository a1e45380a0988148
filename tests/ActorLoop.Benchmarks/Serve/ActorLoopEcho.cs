using System.Net;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>One loop with the lean protocol: what the loop itself costs, without the counting that the sample does.</summary>
internal static class ActorLoopEcho
{
    public static void Run(IPEndPoint endPoint, CancellationToken cancellationToken) => EventLoop.Run(async loop =>
    {
        await using Server server = await loop.CreateServerAsync(
            () => new LeanEcho(), endPoint.Address.ToString(), endPoint.Port);
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
}
