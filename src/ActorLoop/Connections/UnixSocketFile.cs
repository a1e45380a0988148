using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>One directory entry, by device and inode, so that a replacement under the same name is not mistaken for it.</summary>
internal sealed class UnixSocketFile
{
    private const int KindMask = 0xf000;
    private const int SocketKind = 0xc000;
    private readonly Interop.FileStatus _status;

    private UnixSocketFile(string path, in Interop.FileStatus status)
    {
        Path = path;
        _status = status;
    }

    public string Path { get; }

    public bool IsSocket => (_status.Mode & KindMask) == SocketKind;

    public UnixFileMode Mode => (UnixFileMode)(_status.Mode & ~KindMask);

    /// <summary>For messages to humans.</summary>
    public string Kind => (_status.Mode & KindMask) switch
    {
        SocketKind => "a socket",
        0x8000 => "a regular file",
        0x4000 => "a directory",
        0xa000 => "a symbolic link",
        0x1000 => "a pipe",
        _ => "a device",
    };

    /// <summary>What is there now, itself and not what a link points to; null when nothing can be seen.</summary>
    public static UnixSocketFile? Find(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        return Interop.GetStatus(full, out Interop.FileStatus status) == 0 ? new UnixSocketFile(full, status) : null;
    }

    /// <summary>Removes the entry if it is still the same one; 0 or errno.</summary>
    /// <remarks>
    /// Whoever removes his own socket does it before he closes it: until then its inode cannot be given to another file.
    /// </remarks>
    public int Remove()
    {
        if (Find(Path) is not { } now || !IsSame(now))
        {
            return 0;
        }

        return Interop.Unlink(Path) == 0 ? 0 : SocketErrors.Last();
    }

    public bool IsSame(UnixSocketFile other) =>
        _status.Number == other._status.Number
        && _status.DeviceMajor == other._status.DeviceMajor
        && _status.DeviceMinor == other._status.DeviceMinor
        && IsSocket == other.IsSocket;
}
