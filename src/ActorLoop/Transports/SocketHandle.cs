using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>A descriptor with one owner: opened by us, or lent by a <see cref="Socket"/> that must be closed instead.</summary>
internal readonly struct SocketHandle(int descriptor, Socket? managed)
{
    public int Descriptor => descriptor;

    /// <summary>Whoever lent the descriptor; loops over completions know no other way to a socket.</summary>
    public Socket? Managed => managed;

    /// <summary>The address of this end.</summary>
    public EndPoint? LocalName => OperatingSystem.IsLinux() ? SocketNames.Local(descriptor) : Ask(static socket => socket.LocalEndPoint);

    /// <summary>The address of the peer.</summary>
    public EndPoint? PeerName => OperatingSystem.IsLinux() ? SocketNames.Peer(descriptor) : Ask(static socket => socket.RemoteEndPoint);

    /// <summary>Takes over a socket for a loop over readiness.</summary>
    public static SocketHandle Adopt(Socket socket)
    {
        int descriptor = (int)socket.Handle;
        Interop.MakeNonBlocking(descriptor);

        // A Socket made from a raw handle has it only if whoever opened the handle thought of it.
        _ = Interop.TrySetCloseOnExec(descriptor);
        return new SocketHandle(descriptor, socket);
    }

    /// <summary>Takes over a socket for a loop over completions: the socket itself must know that nothing may wait.</summary>
    public static SocketHandle AdoptForCompletions(Socket socket)
    {
        socket.Blocking = false;
        if (OperatingSystem.IsLinux())
        {
            _ = Interop.TrySetCloseOnExec((int)socket.Handle);
        }

        return new SocketHandle((int)socket.Handle, socket);
    }

    /// <summary>The same descriptor as a socket of the base class library, from now on its owner.</summary>
    public SocketHandle ForCompletions() =>
        AdoptForCompletions(managed ?? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)));

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

    private EndPoint? Ask(Func<Socket, EndPoint?> question)
    {
        try
        {
            return managed is null ? null : question(managed);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
