using System.Net;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// Binds a Unix socket to a path: takes over from a dead server, never from a live one, and never touches what is not a socket.
/// </summary>
internal static class UnixBinder
{
    public static async Task<ListeningSocket> BindAsync(
        string path, UnixServerOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        UnixDomainSocketEndPoint endPoint = UnixPath.Check(path);
        (Socket socket, UnixSocketFile? file) = await BindAsync(
            path, SocketType.Stream, options.Mode, options.CleanupSocket, clock, cancellationToken);
        return new ListeningSocket(socket, endPoint, file) { NameOfAccepted = endPoint };
    }

    /// <summary>The socket, and its file if it is to be removed when the socket is closed.</summary>
    public static async Task<(Socket Socket, UnixSocketFile? File)> BindAsync(
        string path, SocketType type, UnixFileMode mode, bool cleanup, TimeProvider clock, CancellationToken cancellationToken)
    {
        UnixDomainSocketEndPoint endPoint = UnixPath.Check(path);
        cancellationToken.ThrowIfCancellationRequested();
        if (TryBind(path, endPoint, type, mode) is not { } socket)
        {
            if (UnixPath.IsAbstract(path))
            {
                throw InUse(path, "another socket has this abstract name");
            }

            string directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
            using DirectoryLock? exclusive = await DirectoryLock.TakeAsync(directory, clock, cancellationToken);
            RemoveIfDead(path, endPoint);
            socket = TryBind(path, endPoint, type, mode) ?? throw InUse(path, "another server was faster");
        }

        return (socket, cleanup && !UnixPath.IsAbstract(path) ? UnixSocketFile.Find(path) : null);
    }

    /// <summary>Null when the address is in use, dead or alive.</summary>
    private static unsafe Socket? TryBind(string path, UnixDomainSocketEndPoint endPoint, SocketType type, UnixFileMode mode)
    {
        // Not Socket.Bind: it would make Dispose delete whatever has the path by then.
        var socket = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        try
        {
            int descriptor = (int)socket.Handle;

            // The file is born with the mode of the socket, less the umask: at no moment it allows more than was asked for.
            _ = Interop.SetMode(descriptor, (uint)mode);
            SocketAddress address = endPoint.Serialize();
            fixed (byte* start = address.Buffer.Span)
            {
                if (Interop.Bind(descriptor, start, address.Size) < 0)
                {
                    int error = SocketErrors.Last();
                    socket.Dispose();
                    return error == SocketErrors.AddressInUse ? null : throw SocketErrors.Create(error,
                        $"Binding a socket to '{endPoint}'");
                }
            }

            if (!UnixPath.IsAbstract(path))
            {
                SetMode(path, mode);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (UnixSocketFile.Find(path) is { } file && file.Mode != mode && Interop.SetMode(file.Path, (uint)mode) < 0)
        {
            int error = SocketErrors.Last();
            _ = file.Remove();
            throw SocketErrors.Create(error, $"Setting the mode of '{path}' to {mode}");
        }
    }

    private static void RemoveIfDead(string path, UnixDomainSocketEndPoint endPoint)
    {
        if (UnixSocketFile.Find(path) is not { } found)
        {
            return;
        }

        if (!found.IsSocket)
        {
            throw InUse(path, $"{found.Kind} is there, which is left alone");
        }

        // In this order: a server that begins to listen in between is missed by neither.
        if (UnixSocketTable.HasBound(found.Path, path) || IsAlive(endPoint))
        {
            throw InUse(path, "a live socket has it");
        }

        if (found.Remove() is not 0 and int error)
        {
            throw SocketErrors.Create(error, $"Removing the dead socket '{path}'");
        }
    }

    /// <summary>
    /// Only a refusal proves that nobody is there; a full queue, another kind of socket or a lack of rights do not.
    /// </summary>
    private static bool IsAlive(UnixDomainSocketEndPoint endPoint)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Interop.MakeNonBlocking((int)probe.Handle);
        return UnixAttempt.Try((int)probe.Handle, endPoint) is not (SocketErrors.ConnectionRefused or SocketErrors.NoSuchFile);
    }

    private static SocketException InUse(string path, string why) =>
        new((int)SocketError.AddressAlreadyInUse, $"Cannot listen on '{path.Replace('\0', '@')}': {why}.");
}
