using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorLoop.Tests.Connections;

/// <summary>Sockets as other programs make them: with names .NET would not give, or passed on to children.</summary>
internal static partial class OddSocket
{
    private const int GetDescriptorFlags = 1;
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;

    public static unsafe Socket Bound(byte[] name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var address = new SocketAddress(AddressFamily.Unix, name.Length + 2);
        name.CopyTo(address.Buffer.Span[2..]);
        fixed (byte* start = address.Buffer.Span)
        {
            if (Bind((int)socket.Handle, start, address.Size) < 0)
            {
                throw new InvalidOperationException($"bind: {Marshal.GetLastSystemError()}");
            }
        }

        return socket;
    }

    /// <summary>Lets children inherit a socket, as long as nobody says otherwise.</summary>
    public static void PassOn(Socket socket)
    {
        if (Control((int)socket.Handle, SetDescriptorFlags, 0) < 0)
        {
            throw new InvalidOperationException($"fcntl: {Marshal.GetLastSystemError()}");
        }
    }

    /// <summary>A socket over a raw handle that nobody protected from children.</summary>
    public static Socket Duplicate(Socket socket) => new(new SafeSocketHandle(Duplicate((int)socket.Handle), ownsHandle: true));

    public static bool IsPassedOn(Socket socket) => (Control((int)socket.Handle, GetDescriptorFlags, 0) & CloseOnExec) == 0;

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "bind")]
    private static unsafe partial int Bind(int descriptor, byte* address, int length);
}
