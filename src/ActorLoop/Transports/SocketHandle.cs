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
        if (managed is null)
        {
            // Linux frees the number whatever close answers; trying again could close somebody else's descriptor.
            _ = Interop.Close(descriptor);
        }
        else if (managed.AddressFamily == AddressFamily.Unix)
        {
            // Dispose would delete whatever has the path now if the socket was bound by its Bind; so would the finalizer.
#pragma warning disable CA1816 // The socket is ours alone: closing its handle is its end.
            GC.SuppressFinalize(managed);
#pragma warning restore CA1816
            managed.SafeHandle.Dispose();
        }
        else
        {
            managed.Dispose();
        }
    }
}
