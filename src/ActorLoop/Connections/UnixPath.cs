using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorLoop.Connections;

/// <summary>Checks the names of Unix sockets before anything is opened.</summary>
internal static class UnixPath
{
    /// <summary>Room for a path in <c>sockaddr_un</c>, its terminator included.</summary>
    public const int MaxBytes = 108;
    private const int PathOffset = 2;
    private const UnixFileMode Permissions = (UnixFileMode)0x1ff;

    /// <summary>A leading NUL means the abstract namespace: such a name has no file, no owner and no mode.</summary>
    public static bool IsAbstract(string path) => path.Length > 0 && path[0] == '\0';

    /// <summary>The path of a bound socket, or null when it has none.</summary>
    public static string? FileOf(EndPoint endPoint) =>
        endPoint is UnixDomainSocketEndPoint && endPoint.Serialize() is { Size: > PathOffset } address && address[PathOffset] != 0
            ? endPoint.ToString()
            : null;

    public static UnixDomainSocketEndPoint Check(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        bool named = !IsAbstract(path);
        if (named && path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"The path '{path.Replace("\0", "\\0", StringComparison.Ordinal)}' contains a NUL; "
                + $"only an abstract name does, at its start.",
                nameof(path));
        }

        int bytes = Encoding.UTF8.GetByteCount(path) + (named ? 1 : 0);
        return bytes <= MaxBytes
            ? new UnixDomainSocketEndPoint(path)
            : throw new ArgumentException(
                $"The path '{path}' takes {bytes} bytes{(named ? " with its terminator" : "")}; "
                + $"the system has room for {MaxBytes}.", nameof(path));
    }

    public static void CheckMode(UnixFileMode mode, string name)
    {
        if ((mode & ~Permissions) != 0)
        {
            throw new ArgumentOutOfRangeException(
                name, mode, "The mode of a socket is made of read, write and execute for user, group and others.");
        }
    }

    public static void CheckSocket(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.AddressFamily != AddressFamily.Unix || socket.SocketType != SocketType.Stream)
        {
            throw new ArgumentException(
                $"A Unix stream socket is needed, not {socket.AddressFamily} {socket.SocketType}.", nameof(socket));
        }
    }
}
