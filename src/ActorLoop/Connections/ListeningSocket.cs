using System.Net;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>A bound socket that its server owns, and the file that it has if it is a Unix socket with a path.</summary>
internal sealed class ListeningSocket
{
    private readonly Socket _socket;
    private readonly UnixSocketFile? _file;
    private HashSet<int>? _copies;

    /// <param name="socket">The socket; from now on nobody else closes it.</param>
    /// <param name="endPoint">Its address.</param>
    /// <param name="file">Removed when the socket is closed, if it still is the same file then.</param>
    public ListeningSocket(Socket socket, EndPoint endPoint, UnixSocketFile? file = null)
    {
        _socket = socket;
        _file = file;
        Descriptor = (int)socket.Handle;
        EndPoint = endPoint;
        socket.Blocking = false;
        if (OperatingSystem.IsLinux())
        {
            // A Socket made from a raw handle has it only if whoever opened the handle thought of it.
            _ = Interop.TrySetCloseOnExec(Descriptor);
        }
    }

    /// <summary>For accepting only.</summary>
    public Socket Socket => _socket;

    public int Descriptor { get; }

    public EndPoint EndPoint { get; }

    /// <summary>
    /// The name that every accepted connection has on this side; null if it may be any. A TCP socket of somebody else may be
    /// transparent, and accept for others.
    /// </summary>
    public EndPoint? NameOfAccepted { get; init; }

    public bool IsUnix => EndPoint is UnixDomainSocketEndPoint;

    /// <summary>A TCP socket that this library made and bound.</summary>
    public static ListeningSocket Own(Socket socket)
    {
        var bound = (IPEndPoint)socket.LocalEndPoint!;
        bool isAny = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        return new ListeningSocket(socket, bound) { NameOfAccepted = isAny ? null : bound };
    }

    /// <summary>Checks and takes over a socket that somebody else bound.</summary>
    public static ListeningSocket Adopt(Socket socket, bool removeFile = false)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.SocketType != SocketType.Stream)
        {
            throw new ArgumentException($"A server needs a stream socket, not {socket.SocketType}.", nameof(socket));
        }

        EndPoint? endPoint = new SocketHandle((int)socket.Handle, socket).LocalName;
        if (endPoint is null or IPEndPoint { Port: 0 })
        {
            throw new ArgumentException("The socket is not bound; bind it before it is given to a server.", nameof(socket));
        }

        UnixSocketFile? file = removeFile && UnixPath.FileOf(endPoint) is { } path ? UnixSocketFile.Find(path) : null;
        return new ListeningSocket(socket, endPoint, file is { IsSocket: true } ? file : null);
    }

    /// <summary>
    /// Leaves a socket alone that listens already, such as one that the service manager opened with a queue of its own.
    /// </summary>
    public void Listen(int backlog)
    {
        if (OperatingSystem.IsLinux() && Interop.IsListening(Descriptor))
        {
            return;
        }

        try
        {
            _socket.Listen(backlog);
        }
        catch (SocketException failure)
        {
            // The system lets several sockets bind one address; only the first to listen gets it.
            throw new SocketException((int)failure.SocketErrorCode, $"Cannot listen on {EndPoint}: {failure.Message}");
        }
    }

    /// <summary>
    /// A socket that was shut down has lost its port if the system had chosen it, and would listen on another one.
    /// </summary>
    public void BindAgain()
    {
        if (EndPoint is IPEndPoint address && !Interop.IsListening(Descriptor))
        {
            // Fails where the socket is still bound, which is all that is wanted.
            _ = Interop.Bind(Descriptor, address);
        }
    }

    /// <summary>Whether no copy of the descriptor had this number before.</summary>
    /// <remarks>
    /// A copy that was closed stays registered where the base class library waits for it, as long as the socket itself is open: the
    /// system would refuse to register another copy of the same number.
    /// </remarks>
    public bool IsNewCopy(int copy) => (_copies ??= []).Add(copy);

    public void Close()
    {
        // The file first: as long as the socket is open, no new file can have its inode.
        _ = _file?.Remove();
        if (IsUnix)
        {
            // Dispose would delete whatever has the path now if the socket was bound by its Bind; so would the finalizer.
#pragma warning disable CA1816 // The socket is ours alone: closing its handle is its end.
            GC.SuppressFinalize(_socket);
#pragma warning restore CA1816
            _socket.SafeHandle.Dispose();
        }
        else
        {
            _socket.Dispose();
        }
    }
}
