using System.Net;
using System.Net.Sockets;

namespace ActorLoop;

/// <summary>
/// The socket under a transport, for looking and for setting options; reading, writing and closing go through the transport.
/// Mirrors asyncio's <c>TransportSocket</c>.
/// </summary>
public sealed class TransportSocket
{
    private readonly Socket? _socket;

    internal TransportSocket(int descriptor, EndPoint? local, EndPoint? remote)
    {
        Descriptor = descriptor;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        _socket = descriptor < 0 ? null : new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
    }

    /// <summary>The descriptor, or -1 when the transport is closed. It is not yours to close.</summary>
    public int Descriptor { get; private set; }

    /// <summary>The address of this end, or null when it is unknown.</summary>
    public EndPoint? LocalEndPoint { get; }

    /// <summary>The address of the peer, or null when it is unknown.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>Reads an option of the system by its raw numbers.</summary>
    /// <param name="level">Level, such as <c>SOL_SOCKET</c>.</param>
    /// <param name="name">Name, such as <c>SO_RCVBUF</c>.</param>
    /// <param name="value">Receives the value.</param>
    /// <returns>How many bytes of <paramref name="value"/> were filled.</returns>
    /// <exception cref="ObjectDisposedException">The transport is closed.</exception>
    /// <exception cref="SocketException">The system refused.</exception>
    public int GetRawOption(int level, int name, Span<byte> value) => Open.GetRawSocketOption(level, name, value);

    /// <summary>Sets an option of the system by its raw numbers.</summary>
    /// <param name="level">Level, such as <c>SOL_SOCKET</c>.</param>
    /// <param name="name">Name, such as <c>SO_RCVBUF</c>.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ObjectDisposedException">The transport is closed.</exception>
    /// <exception cref="SocketException">The system refused.</exception>
    public void SetRawOption(int level, int name, ReadOnlySpan<byte> value) => Open.SetRawSocketOption(level, name, value);

    /// <summary>Names the socket.</summary>
    /// <returns>The descriptor and both addresses.</returns>
    public override string ToString() => $"socket fd={Descriptor} local={LocalEndPoint} peer={RemoteEndPoint}";

    private Socket Open =>
        Descriptor >= 0 ? _socket! : throw new ObjectDisposedException(nameof(TransportSocket), "The transport is closed.");

    /// <summary>The descriptor is about to be closed, and its number will be somebody else's.</summary>
    internal void Detach() => Descriptor = -1;
}
