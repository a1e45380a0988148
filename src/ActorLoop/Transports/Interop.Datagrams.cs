using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorLoop.Transports;

/// <summary>The calls for datagrams: several with one system call, and the offloads of the kernel.</summary>
internal static unsafe partial class Interop
{
    public const int FamilyUnix = 1;
    public const int FamilyInternet = 2;
    public const int FamilyInternet6 = 10;
    public const int TypeDatagram = 2;
    public const int Truncated = 0x20;
    public const int SoBroadcast = 6;
    public const int SoMemoryInfo = 55;
    public const int IpProtoUdp = 17;
    public const int UdpSegment = 103;
    public const int UdpGro = 104;

    /// <summary>CMSG_SPACE of the two-byte size of a segment, and of the four-byte one that comes in.</summary>
    public const int ControlSpace = 24;

    private const int MemoryInfoCount = 9;
    private const int MemoryInfoDrops = 8;

    [LibraryImport("libc", EntryPoint = "socket")]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "sendmmsg")]
    public static partial int SendMessages(int descriptor, MultiMessage* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "recvmmsg")]
    public static partial int ReceiveMessages(int descriptor, MultiMessage* messages, uint count, int flags, void* timeout);

    public static bool TrySetOption(int descriptor, int level, int name, int value) =>
        SetOption(descriptor, level, name, (byte*)&value, sizeof(int)) == 0;

    public static bool TryGetOption(int descriptor, int level, int name, out int value)
    {
        int length = sizeof(int);
        fixed (int* start = &value)
        {
            return GetOption(descriptor, level, name, (byte*)start, &length) == 0;
        }
    }

    /// <summary>How many datagrams the kernel dropped because the receive buffer was full; null before Linux 4.12.</summary>
    public static long? ReceiveDrops(int descriptor)
    {
        uint* info = stackalloc uint[MemoryInfoCount];
        int length = MemoryInfoCount * sizeof(uint);
        return GetOption(descriptor, SolSocket, SoMemoryInfo, (byte*)info, &length) == 0 && length == MemoryInfoCount * sizeof(uint)
            ? info[MemoryInfoDrops]
            : null;
    }

    /// <summary>One of several messages, and how many bytes of it went through.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MultiMessage
    {
        public MessageHeader Header;
        public uint Length;
    }

    /// <summary>The header of a control message; its data follows.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ControlHeader
    {
        public nint Length;
        public int Level;
        public int Type;

        public static int Size => Unsafe.SizeOf<ControlHeader>();
    }
}
