using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;

namespace ActorLoop.Benchmarks.Idle;

/// <summary>Client connections without any managed object of their own, so that all managed memory is the server's.</summary>
internal sealed partial class RawConnections : IDisposable
{
    private const int AddressFamilyInternet = 2;
    private const int StreamSocket = 1;
    private const int NoSignal = 0x4000;
    private const int WaitAll = 0x100;
    private readonly int[] _descriptors;

    public RawConnections(int port, int count)
    {
        _descriptors = new int[count];
        Array.Fill(_descriptors, -1);
        var address = new Address
        {
            Family = AddressFamilyInternet,
            Port = (ushort)IPAddress.HostToNetworkOrder((short)port),
            Host = (uint)IPAddress.HostToNetworkOrder(0x7F00_0001),
        };
        for (int i = 0; i < count; i++)
        {
            _descriptors[i] = Checked(Socket(AddressFamilyInternet, StreamSocket, 0), "socket");
            Checked(Connect(_descriptors[i], ref address, Marshal.SizeOf<Address>()), "connect");
        }
    }

    public int Count => _descriptors.Length;

    /// <summary>Sends a message over one connection and waits for all of its echo.</summary>
    public unsafe void Echo(int connection, ReadOnlySpan<byte> message, Span<byte> answer)
    {
        int descriptor = _descriptors[connection];
        fixed (byte* bytes = message)
        {
            Checked((int)Send(descriptor, bytes, (nuint)message.Length, NoSignal), "send");
        }

        fixed (byte* bytes = answer)
        {
            if (Receive(descriptor, bytes, (nuint)message.Length, WaitAll) != message.Length)
            {
                throw new Win32Exception("The server did not echo a whole message.");
            }
        }
    }

    public void Dispose()
    {
        foreach (int descriptor in _descriptors)
        {
            if (descriptor >= 0)
            {
                _ = Close(descriptor);
            }
        }
    }

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call} failed");

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int descriptor, ref Address address, int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static unsafe partial nint Send(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static unsafe partial nint Receive(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct Address
    {
        public ushort Family;
        public ushort Port;
        public uint Host;
        public ulong Padding;
    }
}
