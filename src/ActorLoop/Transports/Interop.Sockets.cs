using System.Runtime.InteropServices;

namespace ActorLoop.Transports;

/// <summary>The calls that only the operations on sockets of the user need.</summary>
internal static unsafe partial class Interop
{
    public const int DontWait = 0x40;

    [LibraryImport("libc", EntryPoint = "recvfrom")]
    public static partial nint ReceiveFrom(
        int descriptor, byte* buffer, nint length, int flags, byte* address, int* addressLength);
}
