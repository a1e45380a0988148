using System.Runtime.InteropServices;

namespace ActorLoop.Processes;

/// <summary>Starting, signaling and collecting children. Numbers are Linux's.</summary>
internal static unsafe partial class Interop
{
    /// <summary>More than posix_spawnattr_t, posix_spawn_file_actions_t or sigset_t need in any C library.</summary>
    public const int StructureSize = 512;

    public const short SetGroup = 0x02;
    public const short SetDefaultSignals = 0x04;
    public const short SetSignalMask = 0x08;
    public const short SetSession = 0x80;
    public const int ReadWrite = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int LastSignal = 64;
    private const int CloseOnExec = 0x80000;
    private const int SystemPidfdOpen = 434;
    private const int SystemPidfdSendSignal = 424;
    private const int SignalProcessGroup = 4;
    private const int ByPidfd = 3;
    private const int WaitExited = 4;
    private const int WaitNoHang = 1;
    private const int CodeExited = 1;
    private const int Executable = 1;
    private const short PollIn = 1;
    private const nuint GetPidfdInfo = 0xC040FF0B;
    private const ulong InfoExit = 8;
    private const int StatusShift = 8;
    private const int SignalMask = 0x7F;

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    public static partial int Spawn(int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(void* actions, int source, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    public static partial int AddOpen(void* actions, int target, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    public static partial int AddChangeDirectory(void* actions, byte* path);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    public static partial int AddCloseFrom(void* actions, int first);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int DestroyAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setpgroup")]
    public static partial int SetProcessGroup(void* attributes, int group);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int SetMask(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefaults(void* attributes, void* signals);

    /// <summary>Both ends block; a child that was started by somebody else does not inherit them.</summary>
    public static int CreatePipe(int* ends) => CreatePipe(ends, CloseOnExec);

    /// <summary>A descriptor of a child that was not collected yet; it becomes readable when the child exits.</summary>
    public static int OpenPidfd(int process) => (int)SystemCall(SystemPidfdOpen, process, 0, 0, 0);

    /// <summary>0, or negative for an error.</summary>
    public static int SendSignal(int pidfd, int signal, bool wholeGroup) =>
        (int)SystemCall(SystemPidfdSendSignal, pidfd, signal, 0, wholeGroup ? SignalProcessGroup : 0);

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int SendSignal(int process, int signal);

    /// <summary>Waits for a child that was killed and that nobody else can collect.</summary>
    public static void Collect(int process) => _ = WaitProcess(process, null, 0);

    /// <summary>Collects exactly this child. Zero: it runs; one: it was collected; negative: an error.</summary>
    public static int Collect(int pidfd, bool wait, out int returnCode)
    {
        returnCode = 0;
        SignalInfo info = default;
        if (WaitId(ByPidfd, pidfd, &info, WaitExited | (wait ? 0 : WaitNoHang)) < 0)
        {
            return -1;
        }

        if (info.Process == 0)
        {
            return 0;
        }

        returnCode = info.Code == CodeExited ? info.Status : -info.Status;
        return 1;
    }

    /// <summary>How a child ended that somebody else has collected; the kernel keeps that for pidfds since Linux 6.15.</summary>
    public static bool TryRecall(int pidfd, out int returnCode)
    {
        var info = new PidfdInfo { Mask = InfoExit };
        bool known = Control(pidfd, GetPidfdInfo, &info) == 0 && (info.Mask & InfoExit) != 0;
        int signal = info.Status & SignalMask;
        returnCode = signal != 0 ? -signal : info.Status >> StatusShift;
        return known;
    }

    /// <summary>Waits until a child has exited, or the time is up.</summary>
    public static bool HasExitedWithin(int pidfd, int milliseconds)
    {
        var entry = new PollEntry { Descriptor = pidfd, Asked = PollIn };
        return Poll(&entry, 1, milliseconds) > 0;
    }

    public static bool IsExecutable(byte* path) => Access(path, Executable) == 0;

    [LibraryImport("libc", EntryPoint = "pipe2")]
    private static partial int CreatePipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitProcess(int process, int* status, int options);

    [LibraryImport("libc", EntryPoint = "waitid")]
    private static partial int WaitId(int kind, int id, SignalInfo* info, int options);

    [LibraryImport("libc", EntryPoint = "access")]
    private static partial int Access(byte* path, int mode);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, PidfdInfo* info);

    /// <summary>The first version of struct pidfd_info; the request carries its size.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct PidfdInfo
    {
        [FieldOffset(0)]
        public ulong Mask;

        [FieldOffset(60)]
        public int Status;
    }

    /// <summary>The beginning of siginfo_t of SIGCHLD on 64-bit systems.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct SignalInfo
    {
        [FieldOffset(8)]
        public int Code;

        [FieldOffset(16)]
        public int Process;

        [FieldOffset(24)]
        public int Status;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Asked;
        public short Seen;
    }
}
