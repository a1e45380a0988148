using System.Net;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>
/// One loop with a stream handler for each connection: line by line what the asyncio peer does with its streams.
/// </summary>
internal static class ActorLoopStreamsEcho
{
    private const int BufferSize = 256 * 1024;

    public static void Run(IPEndPoint endPoint, CancellationToken cancellationToken) => EventLoop.Run(async loop =>
    {
        await using Server server = await loop.StartServerAsync(
            EchoAsync,
            endPoint.Address.ToString(),
            endPoint.Port,
            new ServerOptions { Backlog = 1024 },
            new StreamOptions { Limit = BufferSize },
            cancellationToken);
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

    private static async Task EchoAsync(LoopStream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and int count)
        {
            stream.Write(buffer.AsSpan(0, count));
            await stream.DrainAsync(cancellationToken);
        }
    }
}
