using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorLoop.Akka.Supervision;

/// <summary>The one system call that .NET has no name for.</summary>
internal static partial class Interop
{
    private const int LinuxDuplicateCloseOnExec = 1030;

    /// <summary>A second descriptor of the same socket: closing one leaves the other as it is.</summary>
    public static Socket Duplicate(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Servers whose socket outlives a restart need Linux.");
        }

        int copy = FileControl(socket.SafeHandle, LinuxDuplicateCloseOnExec, 0);
        return copy >= 0
            ? new Socket(new SafeSocketHandle(copy, ownsHandle: true))
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), "The listening socket could not be duplicated.");
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(SafeHandle descriptor, int command, int argument);
}
