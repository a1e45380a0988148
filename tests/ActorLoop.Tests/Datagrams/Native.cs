using System.Runtime.InteropServices;

namespace ActorLoop.Tests.Datagrams;

/// <summary>What the base class library has no call for.</summary>
internal static unsafe partial class Native
{
    public const int Unix = 1;
    public const int Datagram = 2;
    public const int CloseOnExec = 0x80000;
    public const int SocketLevel = 1;
    public const int SendBuffer = 7;
    public const int ReceiveBuffer = 8;
    public const int UdpLevel = 17;
    public const int UdpSegment = 103;
    public const int UdpGro = 104;

    [LibraryImport("libc", EntryPoint = "socketpair")]
    public static partial int SocketPair(int family, int type, int protocol, int* descriptors);
}
