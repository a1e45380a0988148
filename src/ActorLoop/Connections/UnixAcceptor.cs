using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>A second socket object for a listening Unix socket, to accept with.</summary>
/// <remarks>
/// The base class library gives the name of a client as much room as the listener's own name takes: a client with a longer one ends
/// the accept with an exception on a thread of the library, and the process with it. It also does not accept on a socket that it has
/// not bound itself. So a socket that was bound to the longest name there is gets the descriptor of the listener put under it.
/// </remarks>
internal static class UnixAcceptor
{
    private const int LongestName = 108;

    private static int s_last;

    public static Socket Create(int listener, int backlog)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // An abstract name leaves nothing behind.
            BindToLongName(socket);
            if (Interop.Replace((int)socket.Handle, listener) < 0)
            {
                throw SocketErrors.Create(SocketErrors.Last(), "Accepting on a Unix socket");
            }

            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void BindToLongName(Socket socket)
    {
        while (true)
        {
            try
            {
                string unique = $"\0actorloop-{Environment.ProcessId}-{Interlocked.Increment(ref s_last)}-";
                socket.Bind(new UnixDomainSocketEndPoint(unique.PadRight(LongestName, 'x')));
                return;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // By a process of another container, with our number there.
            }
        }
    }
}
