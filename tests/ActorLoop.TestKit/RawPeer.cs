using System.Net;
using System.Net.Sockets;

namespace ActorLoop.TestKit;

/// <summary>The other end of a connection as a plain socket: it may stop reading, end one direction, or reset.</summary>
public class RawPeer(Socket socket) : IDisposable
{
    public Socket Socket => socket;

    /// <summary>Connects to a listener of this machine. The system completes that alone, so it never blocks for long.</summary>
    public static RawPeer Connect(EndPoint target, bool smallBuffers = false)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (smallBuffers)
            {
                socket.ReceiveBufferSize = 4096;
            }

            socket.Connect(target);
            return new RawPeer(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public virtual async Task SendAsync(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            data = data[await socket.SendAsync(data)..];
        }
    }

    /// <summary>Receives what is there, at least one byte; 0 at the end of the stream.</summary>
    public virtual ValueTask<int> ReceiveSomeAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer);

    /// <summary>Receives exactly this many bytes.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        var all = new byte[count];
        for (int received = 0; received < count;)
        {
            int now = await ReceiveSomeAsync(all.AsMemory(received));
            if (now == 0)
            {
                throw new EndOfStreamException($"The stream ended after {received} of {count} bytes.");
            }

            received += now;
        }

        return all;
    }

    /// <summary>Receives until the end of the stream.</summary>
    public async Task<byte[]> ReceiveToEndAsync()
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await ReceiveSomeAsync(buffer) is > 0 and int now)
        {
            all.Write(buffer, 0, now);
        }

        return all.ToArray();
    }

    /// <summary>Waits for the end of the connection, in order or by a reset.</summary>
    public async Task<bool> EndedByResetAsync()
    {
        try
        {
            await ReceiveToEndAsync();
            return false;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    /// <summary>Says that it sends no more.</summary>
    public virtual void ShutdownSend() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }
    }
}
