using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorLoop.Tests.Connections;

/// <summary>Unix sockets with names that .NET would not give them.</summary>
internal static partial class OddSocket
{
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

    [LibraryImport("libc", EntryPoint = "bind")]
    private static unsafe partial int Bind(int descriptor, byte* address, int length);
}
