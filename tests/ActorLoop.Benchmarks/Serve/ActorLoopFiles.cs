using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>Sends a file to whoever connects, and closes.</summary>
internal static class ActorLoopFiles
{
    public static void Run(IPEndPoint endPoint, string path, bool byTransport, CancellationToken cancellationToken) =>
        EventLoop.Run(async loop =>
        {
            using var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(endPoint);
            listener.Listen(16);
            Announcement.Write((IPEndPoint)listener.LocalEndPoint!);
            try
            {
                while (true)
                {
                    Socket client = await loop.SocketAcceptAsync(listener, cancellationToken);
                    await SendAsync(loop, client, path, byTransport, cancellationToken);
                }
            }
            catch (OperationCanceledException)
            {
                // Asked to stop.
            }
        });

    private static async Task SendAsync(
        EventLoop loop, Socket client, string path, bool byTransport, CancellationToken cancellationToken)
    {
        using FileStream file = File.OpenRead(path);
        using (client)
        {
            if (byTransport)
            {
                (ITransport transport, _) = await loop.CreateConnectionAsync(
                    () => new LeanEcho(), client, cancellationToken: cancellationToken);
                await loop.SendFileAsync(transport, file, fallback: false, cancellationToken: cancellationToken);
                transport.Close();
            }
            else
            {
                await loop.SocketSendFileAsync(client, file, fallback: false, cancellationToken: cancellationToken);
            }
        }
    }
}
