using System.Net.Sockets;

namespace ActorLoop.Sockets;

/// <summary>A socket that may be used for an operation: what the checks at its start found out.</summary>
internal readonly struct SocketAccess(SafeSocketHandle handle, SocketWatch? watch)
{
    public SafeSocketHandle Handle => handle;

    public int Descriptor { get; } = (int)handle.DangerousGetHandle();

    /// <summary>Where earlier operations on this socket waited, if any had to.</summary>
    public SocketWatch? Watch => watch;
}
