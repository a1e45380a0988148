using System.Net.Sockets;

namespace ActorLoop.Selectors;

/// <summary>A socket that belongs to somebody else, in the shape <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, int)"/> asks for.</summary>
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
            return new WatchedSocket(new SafeSocketHandle(descriptor, ownsHandle: false));
        }
        catch (SocketException error)
        {
            throw new ArgumentException(
                $"Descriptor {descriptor} is not an open socket, and this selector takes nothing else.", nameof(descriptor), error);
        }
    }
}
