using System.Runtime.InteropServices;

namespace ActorLoop.Transports;

/// <summary>What pipes need: calls that work on any descriptor, not only on sockets.</summary>
internal static unsafe partial class Interop
{
    private const int AccessMode = 3;
    private const int EmptyPath = 0x1000;
    private const int DuplicateCloseOnExec = 1030;

    [LibraryImport("libc", EntryPoint = "read")]
    public static partial nint Read(int descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write")]
    public static partial nint Write(int descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "writev")]
    public static partial nint WriteVectors(int descriptor, Vector* vectors, int count);

    /// <summary>The mode of an open descriptor, whose upper bits are its type; null when it is not open.</summary>
    public static uint? GetMode(int descriptor)
    {
        FileStatus status = default;
        byte nothing = 0;
        return GetStatus(descriptor, &nothing, EmptyPath, StatBasic, &status) == 0 ? status.Mode : null;
    }

    /// <summary>The flags of the open description, which every copy of the descriptor shares; negative is an error.</summary>
    public static int GetStatusFlags(int descriptor) => Control(descriptor, GetFlags, 0);

    /// <summary>A copy that children do not inherit, with a number not below <paramref name="from"/>; negative is an error.</summary>
    public static int Duplicate(int descriptor, int from) => Control(descriptor, DuplicateCloseOnExec, from);

    public static bool HasNonBlock(int flags) => (flags & NonBlock) != 0;

    public static bool MayRead(int flags) => (flags & AccessMode) != 1;

    public static bool MayWrite(int flags) => (flags & AccessMode) != 0;

    /// <summary>Gives a description that was made non-blocking its old flag back; whoever shares it may depend on it.</summary>
    public static void MakeBlocking(int descriptor)
    {
        int flags = Control(descriptor, GetFlags, 0);
        if (flags >= 0)
        {
            _ = Control(descriptor, SetFlags, flags & ~NonBlock);
        }
    }
}
