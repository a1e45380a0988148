using System.Net.Sockets;

namespace ActorLoop.Selectors;

/// <summary>A socket that belongs to somebody else, in the shape that <c>Socket.Select</c> asks for.</summary>
internal sealed class WatchedSocket : Socket
{
    private WatchedSocket(SafeSocketHandle handle)
        : base(handle)
    {
        // Disposing a socket would switch the descriptor back to blocking, and it is not ours.
        GC.SuppressFinalize(this);
    }

    public SelectorEvents Asked { get; set; }

    public SelectorEvents Seen { get; set; }

    public long Token { get; set; }

    public int Index { get; set; }

    public static WatchedSocket Wrap(nint descriptor)
    {
        try
        {
            var socket = new WatchedSocket(new SafeSocketHandle(descriptor, ownsHandle: false));
            // On Unix a socket can be made around anything: only the system tells.
            socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Type);
            return socket;
        }
        catch (SocketException error)
        {
            throw new ArgumentException(
                $"Descriptor {descriptor} is not an open socket, and this selector takes nothing else.",
                nameof(descriptor),
                error);
        }
    }
}
