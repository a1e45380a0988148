using System.Runtime.InteropServices;

namespace ActorLoop.Selectors;

/// <summary>
/// The system calls of the selectors. None of them sets the last error of the runtime, which costs more than the check
/// of a result: <see cref="LastError"/> is valid directly after a call that failed, and only there.
/// </summary>
internal static unsafe partial class Interop
{
    // The numbers below are the same on every Unix that has the call.
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EBADF = 9;
    public const int EEXIST = 17;

    public const uint EPOLLONESHOT = 1u << 30;
    public const uint EPOLLET = 1u << 31;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const int EPOLL_CTL_MOD = 3;

    public const uint POLLIN = 0x01;
    public const uint POLLOUT = 0x04;
    public const uint POLLERR = 0x08;
    public const uint POLLHUP = 0x10;
    public const uint POLLNVAL = 0x20;

    // Linux only, as everything that takes them.
    private const int EFD_CLOEXEC = 0x80000;
    private const int EFD_NONBLOCK = 0x800;
    private const int EPOLL_CLOEXEC = 0x80000;
    private const int O_CLOEXEC = 0x80000;
    private const int O_NONBLOCK = 0x800;

    public static int LastError => Marshal.GetLastSystemError();

    public static int CreateEpoll() => epoll_create1(EPOLL_CLOEXEC);

    public static int CreateEventDescriptor() => eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    public static int CreatePipe(int* ends) => pipe2(ends, O_CLOEXEC | O_NONBLOCK);

    public static IOException Failure(string call, int error) =>
        new($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).", error);

    [LibraryImport("libc")]
    public static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* epollEvent);

    [LibraryImport("libc")]
    public static partial int epoll_wait(int epoll, byte* events, int capacity, int milliseconds);

    [LibraryImport("libc")]
    public static partial int epoll_pwait2(int epoll, byte* events, int capacity, TimeSpec* timeout, void* signals);

    [LibraryImport("libc")]
    public static partial int poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc")]
    public static partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc")]
    public static partial nint write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc")]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    private static partial int eventfd(uint value, int flags);

    [LibraryImport("libc")]
    private static partial int pipe2(int* ends, int flags);

    /// <summary>struct timespec of 64-bit systems; nothing else may use it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Asked;
        public short Seen;
    }
}
