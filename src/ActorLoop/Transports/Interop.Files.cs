using System.Runtime.InteropServices;

namespace ActorLoop.Transports;

/// <summary>Sending files.</summary>
internal static unsafe partial class Interop
{
    [LibraryImport("libc", EntryPoint = "sendfile")]
    public static partial nint SendFile(int socket, int file, long* offset, nint count);
}
