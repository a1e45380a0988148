using System.Net;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// Connects a Unix socket. The system answers at once: there is no attempt under way that could become ready, only a
/// listener whose
/// queue is full for now.
/// </summary>
internal static class UnixConnector
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits, as a blocking connect would, while the queue of the listener is full.</summary>
    public static async Task<Socket> ConnectAsync(
        UnixDomainSocketEndPoint target, TimeProvider clock, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Interop.MakeNonBlocking((int)socket.Handle);
            TimeSpan pause = FirstPause;
            for (int error; (error = Try(socket, target)) != 0;)
            {
                if (!SocketErrors.IsTransient(error))
                {
                    throw SocketErrors.Create(error, $"Connecting to {target}");
                }

                await Task.Delay(pause, clock, cancellationToken);
                pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>One attempt that never blocks; the answer is 0 or errno.</summary>
    public static unsafe int Try(Socket socket, UnixDomainSocketEndPoint target)
    {
        SocketAddress address = target.Serialize();
        fixed (byte* start = address.Buffer.Span)
        {
            return Interop.Connect((int)socket.Handle, start, address.Size) == 0 ? 0 : SocketErrors.Last();
        }
    }
}
