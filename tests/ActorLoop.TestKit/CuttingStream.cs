using System.Net.Sockets;

namespace ActorLoop.TestKit;

/// <summary>Writes so many bytes to a socket and not one more: then the connection ends, as if the cable had been cut.</summary>
public sealed class CuttingStream(Socket socket, int bytes) : NetworkStream(socket, ownsSocket: true)
{
    private int _left = bytes;

    /// <summary>Whether there was more to write than was let through.</summary>
    public bool WasCut { get; private set; }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = Math.Min(_left, buffer.Length);
        _left -= count;
        if (count > 0)
        {
            await base.WriteAsync(buffer[..count], cancellationToken);
        }

        if (count < buffer.Length && !WasCut)
        {
            WasCut = true;
            Socket.Shutdown(SocketShutdown.Send);
        }
    }
}
