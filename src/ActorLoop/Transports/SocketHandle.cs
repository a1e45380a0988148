using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>A descriptor with one owner: opened by us, or lent by a <see cref="Socket"/> that must be closed instead.</summary>
internal readonly struct SocketHandle(int descriptor, Socket? managed)
{
    public int Descriptor => descriptor;

    public static SocketHandle Adopt(Socket socket)
    {
        int descriptor = (int)socket.Handle;
        Interop.MakeNonBlocking(descriptor);

        // A Socket made from a raw handle has it only if whoever opened the handle thought of it.
        _ = Interop.TrySetCloseOnExec(descriptor);
        return new SocketHandle(descriptor, socket);
    }

    public void Close()
    {
        if (managed is not null)
        {
            managed.Dispose();
        }
        else
        {
            // Linux frees the number whatever close answers; trying again could close somebody else's descriptor.
            _ = Interop.Close(descriptor);
        }
    }
}
