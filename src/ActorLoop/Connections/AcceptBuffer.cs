using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// Makes room for the longest name a client of a Unix socket can have. The base class library gives an accept as much room as the
/// listener's own name needs, and loses the operation, and with it the listener, when a client comes with a longer one; but the room
/// that an operation has once got it keeps.
/// </summary>
internal static class AcceptBuffer
{
    /// <summary>
    /// Starts and ends an accept on a socket with a long name; its completion comes by the mailbox, as any. False if that
    /// cannot be done.
    /// </summary>
    public static bool TryEnlarge(Completion accept)
    {
        string unique = $"actorloop-{Guid.NewGuid():N}-{Guid.NewGuid():N}";
        string name = OperatingSystem.IsLinux() ? $"\0{unique}" : Path.Combine(Path.GetTempPath(), unique[..48]);
        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(name));
            socket.Listen(1);
            return accept.TryAccept(socket);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            return false;
        }
        finally
        {
            // Ends the accept, and removes the file if there is one.
            socket?.Dispose();
        }
    }
}
