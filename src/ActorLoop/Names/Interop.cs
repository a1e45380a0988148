using System.Runtime.InteropServices;

namespace ActorLoop.Names;

/// <summary>The resolver of the C library. Layouts and numbers are Linux's.</summary>
internal static unsafe partial class Interop
{
    public const int Unspecified = 0;
    public const int InterNetwork = 2;
    public const int InterNetworkV6 = 10;
    public const int MaxHostName = 1025;
    public const int MaxServiceName = 32;
    public const int MaxAddress = 128;

    [LibraryImport("libc", EntryPoint = "getaddrinfo", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int GetAddressInfo(string? host, string? service, AddressEntry* hints, AddressEntry** first);

    [LibraryImport("libc", EntryPoint = "freeaddrinfo")]
    public static partial void Free(AddressEntry* first);

    [LibraryImport("libc", EntryPoint = "getnameinfo", SetLastError = true)]
    public static partial int GetNameInfo(
        byte* address, int addressLength, byte* host, int hostLength, byte* service, int serviceLength, int flags);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint InterfaceIndex(string name);

    [LibraryImport("libc", EntryPoint = "gai_strerror")]
    private static partial byte* Describe(int code);

    public static string DescribeError(int code) => Marshal.PtrToStringUTF8((nint)Describe(code)) ?? "unknown error";

    [StructLayout(LayoutKind.Sequential)]
    public struct AddressEntry
    {
        public int Flags;
        public int Family;
        public int SocketType;
        public int Protocol;
        public uint AddressLength;
        public byte* Address;
        public byte* CanonicalName;
        public AddressEntry* Next;
    }
}
