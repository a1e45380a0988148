using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorLoop.Tests.Pipes;

/// <summary>What the base class library has no call for.</summary>
internal static unsafe partial class Native
{
    private const int CloseOnExec = 0x80000;
    private const int ReadWriteNoTerminal = 2 | 0x100 | CloseOnExec;
    private const int GetFlags = 3;
    private const int NonBlock = 0x800;

    /// <summary>The two ends of a new pipe; both block, as pipes do.</summary>
    public static (SafeFileHandle Reader, SafeFileHandle Writer) Pipe()
    {
        int* ends = stackalloc int[2];
        Check(CreatePipe(ends, CloseOnExec));
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>The two ends of a new terminal, the second of them as raw as a pipe.</summary>
    public static (SafeFileHandle Master, SafeFileHandle Slave) Terminal()
    {
        int master = Check(OpenMaster(ReadWriteNoTerminal));
        Check(Unlock(master));
        byte* name = stackalloc byte[64];
        Check(NameOf(master, name, 64));
        int slave = Check(Open(name, ReadWriteNoTerminal));
        byte* settings = stackalloc byte[256];
        Check(GetSettings(slave, settings));
        MakeRaw(settings);
        Check(SetSettings(slave, 0, settings));
        return (new SafeFileHandle(master, ownsHandle: true), new SafeFileHandle(slave, ownsHandle: true));
    }

    public static void MakeFifo(string path)
    {
        fixed (byte* start = Encoding.UTF8.GetBytes(path + '\0'))
        {
            Check(MakeFifo(start, 0x180));
        }
    }

    public static void Write(SafeHandle handle, ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            Check((int)WriteBytes((int)handle.DangerousGetHandle(), start, data.Length));
        }
    }

    public static int Read(SafeHandle handle, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Check((int)ReadBytes((int)handle.DangerousGetHandle(), start, buffer.Length));
        }
    }

    public static bool IsNonBlocking(SafeHandle handle) =>
        (Check(Control((int)handle.DangerousGetHandle(), GetFlags, 0)) & NonBlock) != 0;

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int CreatePipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameOf(int master, byte* name, nint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetSettings(int descriptor, byte* settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetSettings(int descriptor, int when, byte* settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(byte* settings);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    private static partial int MakeFifo(byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadBytes(int descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteBytes(int descriptor, byte* data, nint length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);

    private static int Check(int result) =>
        result >= 0 ? result : throw new IOException(Marshal.GetLastPInvokeErrorMessage(), Marshal.GetLastPInvokeError());
}
