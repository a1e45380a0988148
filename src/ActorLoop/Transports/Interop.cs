using System.Runtime.InteropServices;

namespace ActorLoop.Transports;

/// <summary>The socket calls of the data path, straight to the C library. Numbers are Linux's.</summary>
internal static unsafe partial class Interop
{
    public const int NoSignal = 0x4000;
    public const int ShutWrite = 1;
    public const int NonBlockCloseOnExec = 0x800 | 0x80000;
    public const int SolSocket = 1;
    public const int SoError = 4;
    public const int IpProtoTcp = 6;
    public const int TcpNoDelay = 1;
    public const int SoKeepAlive = 9;
    public const int SoReusePort = 15;
    public const int MaxVectors = 64;
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int NonBlock = 0x800;

    [LibraryImport("libc", EntryPoint = "recv")]
    public static partial nint Receive(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    public static partial nint Send(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg")]
    public static partial nint SendMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    public static partial int Shutdown(int descriptor, int how);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "accept4")]
    public static partial int Accept(int descriptor, byte* address, int* addressLength, int flags);

    [LibraryImport("libc", EntryPoint = "connect")]
    public static partial int Connect(int descriptor, byte* address, int addressLength);

    [LibraryImport("libc", EntryPoint = "bind")]
    public static partial int Bind(int descriptor, byte* address, int addressLength);

    [LibraryImport("libc", EntryPoint = "sendto")]
    public static partial nint SendTo(int descriptor, byte* buffer, nint length, int flags, byte* address, int addressLength);

    [LibraryImport("libc", EntryPoint = "getsockname")]
    public static partial int GetLocalName(int descriptor, byte* address, int* addressLength);

    [LibraryImport("libc", EntryPoint = "getpeername")]
    public static partial int GetPeerName(int descriptor, byte* address, int* addressLength);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    public static partial int GetOption(int descriptor, int level, int name, byte* value, int* length);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    public static partial int SetOption(int descriptor, int level, int name, byte* value, int length);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    public static void SetOption(int descriptor, int level, int name, int value)
    {
        if (SetOption(descriptor, level, name, (byte*)&value, sizeof(int)) < 0)
        {
            throw SocketErrors.Create(SocketErrors.Last(), $"Setting option {level}/{name} of descriptor {descriptor}");
        }
    }

    /// <summary>Reads and clears the error the kernel holds for a socket; 0 is none.</summary>
    public static int TakeError(int descriptor)
    {
        int error = 0;
        int length = sizeof(int);
        return GetOption(descriptor, SolSocket, SoError, (byte*)&error, &length) < 0 ? SocketErrors.Last() : error;
    }

    public static void MakeNonBlocking(int descriptor)
    {
        int flags = Control(descriptor, GetFlags, 0);
        if (flags < 0 || Control(descriptor, SetFlags, flags | NonBlock) < 0)
        {
            throw SocketErrors.Create(SocketErrors.Last(), $"Making descriptor {descriptor} non-blocking");
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Vector
    {
        public byte* Base;
        public nint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nint VectorCount;
        public void* Control;
        public nint ControlLength;
        public int Flags;
    }
}
