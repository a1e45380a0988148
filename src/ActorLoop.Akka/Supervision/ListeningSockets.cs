using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Akka.Supervision;

/// <summary>Binds the addresses of a host, all of them or none.</summary>
internal static class ListeningSockets
{
    public static async Task<Socket[]> BindAsync(
        EventLoop loop, string? host, int port, SupervisedServerOptions options, CancellationToken cancellationToken)
    {
        if (options.Server.ReusePort)
        {
            throw new ArgumentException("ReusePort is not supported by supervised servers: one socket outlives restarts.", nameof(options));
        }

        IReadOnlyList<AddressInfo> found = await loop.GetAddressInfoAsync(
            host,
            port,
            new AddressInfoOptions
            {
                Family = options.Server.Family,
                SocketType = SocketType.Stream,
                Flags = AddressInfoHints.Passive,
            },
            cancellationToken);
        var bound = new List<Socket>();
        try
        {
            foreach (IPEndPoint address in found.Select(info => info.EndPoint).Distinct())
            {
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                bound.Add(socket);
                if (address.AddressFamily == AddressFamily.InterNetworkV6)
                {
                    socket.DualMode = false;
                }

                socket.Bind(address);
                socket.Listen(options.Server.Backlog);
            }

            return [.. bound];
        }
        catch
        {
            bound.ForEach(socket => socket.Dispose());
            throw;
        }
    }
}
