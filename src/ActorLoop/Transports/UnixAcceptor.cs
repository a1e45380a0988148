using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>A second socket object for a listening Unix socket of Linux, to accept with.</summary>
/// <remarks>
/// The base class library gives the name of a client as much room as the listener's own name takes, and refuses a name that is longer
/// than text may be: such a client ends the accept with an exception on a thread of the library, and the process with it. Room and
/// name are the business of the end point that the listener was bound to, so a socket that was bound to one with room for every name
/// gets the descriptor of the listener put under it.
/// </remarks>
internal static class UnixAcceptor
{
    /// <summary>Whether the base class library must not accept on this socket itself.</summary>
    public static bool IsNeeded(Socket listener) => OperatingSystem.IsLinux() && listener.AddressFamily == AddressFamily.Unix;

    public static Socket Create(int listener)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // It does not accept on a socket that it has not bound and made listen itself.
            var name = new RoomyName();
            socket.Bind(name);
            name.HasRoom = true;
            socket.Listen(1);
            return Interop.Replace((int)socket.Handle, listener) >= 0
                ? socket
                : throw SocketErrors.Create(SocketErrors.Last(), "Accepting on a Unix socket");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>No name at all when it is bound, which has the system think of one; room for every name from then on.</summary>
    private sealed class RoomyName : EndPoint
    {
        private const int NoName = sizeof(short);

        private static readonly UnixDomainSocketEndPoint s_any = new("/");

        public bool HasRoom { get; set; }

        public override AddressFamily AddressFamily => AddressFamily.Unix;

        public override SocketAddress Serialize() => new(AddressFamily.Unix, HasRoom ? SocketNames.MaxLength : NoName);

        public override EndPoint Create(SocketAddress socketAddress)
        {
            try
            {
                return s_any.Create(socketAddress);
            }
            catch (ArgumentException)
            {
                // A path that fills all its room is told with a byte more than text may have.
                return UnnamedEndPoint.Instance;
            }
        }
    }
}
