using System.Runtime.InteropServices;
using System.Text;

namespace ActorLoop.Transports;

/// <summary>What only Unix sockets and adopted descriptors need. Numbers are Linux's.</summary>
internal static unsafe partial class Interop
{
    public const int SoPeerCredentials = 17;
    public const int SoAcceptsConnections = 30;
    public const int LockExclusiveNoWait = 2 | 4;
    private const int GetDescriptorFlags = 1;
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint StatBasic = 0x7ff;

    /// <summary>Has a descriptor stand for what another one stands for; it stays closed to child processes.</summary>
    public static int Replace(int descriptor, int by) => Duplicate(by, descriptor, 0x80000);

    [LibraryImport("libc", EntryPoint = "fchmod")]
    public static partial int SetMode(int descriptor, uint mode);

    [LibraryImport("libc", EntryPoint = "flock")]
    public static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "unlink")]
    private static partial int Unlink(byte* path);

    [LibraryImport("libc", EntryPoint = "fchmodat")]
    private static partial int SetMode(int folder, byte* path, uint mode, int flags);

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int GetStatus(int folder, byte* path, int flags, uint mask, FileStatus* status);

    public static int Unlink(string path)
    {
        fixed (byte* start = Terminated(path))
        {
            return Unlink(start);
        }
    }

    /// <summary>Looks at a path itself, never at what a link there points to.</summary>
    public static int GetStatus(string path, out FileStatus status)
    {
        fixed (byte* start = Terminated(path))
        {
            fixed (FileStatus* found = &status)
            {
                return GetStatus(CurrentFolder, start, NoFollow, StatBasic, found);
            }
        }
    }

    /// <summary>Changes the mode of a path itself, never of what a link there points to.</summary>
    public static int SetMode(string path, uint mode)
    {
        fixed (byte* start = Terminated(path))
        {
            return SetMode(CurrentFolder, start, mode, NoFollow);
        }
    }

    public static bool IsListening(int descriptor)
    {
        int listening = 0;
        int length = sizeof(int);
        return GetOption(descriptor, SolSocket, SoAcceptsConnections, (byte*)&listening, &length) == 0 && listening != 0;
    }

    /// <summary>Who was at the other end when the connection was made; null for a socket that has no such thing.</summary>
    public static UnixCredentials? GetPeerCredentials(int descriptor)
    {
        Credentials found = default;
        int length = sizeof(Credentials);
        bool known = GetOption(descriptor, SolSocket, SoPeerCredentials, (byte*)&found, &length) == 0 && found.User != uint.MaxValue;
        return known ? new UnixCredentials(found.Process, found.User, found.Group) : null;
    }

    /// <summary>Keeps a descriptor from children; false when it is not open.</summary>
    public static bool TrySetCloseOnExec(int descriptor)
    {
        int flags = Control(descriptor, GetDescriptorFlags, 0);
        return flags >= 0 && ((flags & CloseOnExec) != 0 || Control(descriptor, SetDescriptorFlags, flags | CloseOnExec) >= 0);
    }

    // Bytes, because a marshaled string would be freed between the call and the reading of errno.
    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes(path + '\0');

    /// <summary>The beginning of <c>struct statx</c>, which is the same on every processor; <c>struct stat</c> is not.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileStatus
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Number;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Credentials
    {
        public int Process;
        public uint User;
        public uint Group;
    }

    [LibraryImport("libc", EntryPoint = "dup3")]
    private static partial int Duplicate(int descriptor, int target, int flags);
}
