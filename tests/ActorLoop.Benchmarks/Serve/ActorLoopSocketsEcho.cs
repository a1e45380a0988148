using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>An echo on the operations for plain sockets: what a handler written with await costs.</summary>
internal static class ActorLoopSocketsEcho
{
    private const int BufferSize = 256 * 1024;

    public static void Run(IPEndPoint endPoint, CancellationToken cancellationToken) => EventLoop.Run(async loop =>
    {
        using var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(endPoint);
        listener.Listen(1024);
        Announcement.Write((IPEndPoint)listener.LocalEndPoint!);
        try
        {
            while (true)
            {
                Socket client = await loop.SocketAcceptAsync(listener, cancellationToken);
                client.NoDelay = true;
                _ = loop.CreateTask(token => EchoAsync(loop, client, token));
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: the process ends and takes the connections with it.
        }
    });

    private static async Task EchoAsync(EventLoop loop, Socket client, CancellationToken cancellationToken)
    {
        using (client)
        {
            byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
            try
            {
                while (await loop.SocketReceiveAsync(client, buffer, cancellationToken) is > 0 and int received)
                {
                    await loop.SocketSendAllAsync(client, buffer.AsMemory(0, received), cancellationToken);
                }
            }
            catch (SocketException)
            {
                // The client went away; there is nobody to answer.
            }
        }
    }
}
