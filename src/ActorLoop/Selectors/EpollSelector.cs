using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorLoop.Selectors;
using Microsoft.Win32.SafeHandles;

namespace ActorLoop;

/// <summary>
/// Waits with <c>epoll</c>: the selector for Linux. Its cost does not grow with the number of idle descriptors.
/// </summary>
/// <remarks>
/// <para>Bounded waits have nanosecond resolution where the system offers it (Linux 5.11 and glibc 2.35 on), else
/// milliseconds, rounded up. A signal ends a wait early, with nothing reported.</para>
/// <para>The token <see cref="long.MinValue"/> is taken.</para>
/// </remarks>
public sealed unsafe class EpollSelector : Selector
{
    private const long WakeToken = long.MinValue;
    private const int InitialCapacity = 128;

    private static readonly bool _hasPreciseWait = ProbePreciseWait();

    // struct epoll_event is packed on Intel and naturally aligned elsewhere.
    private static readonly int _dataOffset =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    private static readonly int _stride = _dataOffset + sizeof(long);

    private readonly SafeFileHandle _epoll;
    private readonly WakeDescriptor _wake;
    private readonly bool _preciseWait;
    private byte[] _events;
    private int _descriptor;

    /// <summary>Creates the selector.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The process or the system has run out of descriptors.</exception>
    public EpollSelector()
        : this(preciseWait: true)
    {
    }

    /// <summary>Creates the selector, on request as on a system without the precise wait.</summary>
    internal EpollSelector(bool preciseWait)
    {
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException("epoll exists on Linux only; use Selector.CreateDefault().");
        }

        _preciseWait = preciseWait && _hasPreciseWait;
        _events = AllocateEvents(InitialCapacity);
        _descriptor = Interop.CreateEpoll();
        if (_descriptor < 0)
        {
            throw Interop.Failure("epoll_create1", Interop.LastError);
        }

        _epoll = new SafeFileHandle(_descriptor, ownsHandle: true);
        try
        {
            _wake = WakeDescriptor.CreateEvent();
        }
        catch (IOException)
        {
            _epoll.Dispose();
            throw;
        }

        // Edge-triggered, so that it never has to be read: each write is one event, whatever the counter says.
        int error = Control(Interop.EPOLL_CTL_ADD, _wake.Descriptor, Interop.POLLIN | Interop.EPOLLET, WakeToken);
        if (error != 0)
        {
            Dispose();
            throw Interop.Failure("epoll_ctl", error);
        }
    }

    /// <summary>The number of the epoll descriptor, or -1 once disposed.</summary>
    internal int Descriptor => _descriptor;

    /// <summary>
    /// Whether a descriptor is reported once and then stays silent until <see cref="Modify"/> arms it again: what a
    /// thread that waits for somebody else needs, who reacts at a time of his own.
    /// </summary>
    internal bool ReportsOnce { get; set; }

    /// <summary>Whether this system has epoll.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    internal override bool MayBeReadyWhenEmpty => false;

    internal override bool ForgetsClosedDescriptors => true;

    /// <inheritdoc/>
    public override void Register(nint descriptor, SelectorEvents events, long token)
    {
        SelectorArguments.CheckEvents(events);
        CheckToken(token);
        int number = SelectorArguments.CheckDescriptor(descriptor);
        ThrowIfDisposed();
        int error = Control(Interop.EPOLL_CTL_ADD, number, ToBits(events), token);
        if (error != 0)
        {
            throw Refused(descriptor, error);
        }
    }

    /// <inheritdoc/>
    public override void Modify(nint descriptor, SelectorEvents events, long token)
    {
        SelectorArguments.CheckEvents(events);
        CheckToken(token);
        int number = SelectorArguments.CheckDescriptor(descriptor);
        ThrowIfDisposed();
        int error = Control(Interop.EPOLL_CTL_MOD, number, ToBits(events), token);
        if (error != 0)
        {
            throw Refused(descriptor, error);
        }
    }

    /// <inheritdoc/>
    public override void Unregister(nint descriptor)
    {
        int number = SelectorArguments.CheckDescriptor(descriptor);
        ThrowIfDisposed();
        int error = Control(Interop.EPOLL_CTL_DEL, number, 0, 0);
        if (error != 0)
        {
            throw Refused(descriptor, error);
        }
    }

    /// <inheritdoc/>
    public override int Select(Span<SelectorEvent> ready, TimeSpan timeout)
    {
        SelectorArguments.CheckWait(ready, timeout);
        ThrowIfDisposed();
        if (_events.Length < ready.Length * _stride)
        {
            _events = AllocateEvents(ready.Length);
        }

        fixed (byte* events = _events)
        {
            int seen = Wait(events, ready.Length, timeout);
            if (seen < 0)
            {
                int error = Interop.LastError;
                return error == Interop.EINTR ? 0 : throw Interop.Failure("epoll_wait", error);
            }

            int count = 0;
            byte* next = events;
            for (int i = 0; i < seen; i++, next += _stride)
            {
                long token = Unsafe.ReadUnaligned<long>(next + _dataOffset);
                if (token != WakeToken)
                {
                    ready[count++] = new SelectorEvent(token, PollBits.ToEvents(*(uint*)next));
                }
            }

            return count;
        }
    }

    /// <inheritdoc/>
    public override void Wake() => _wake.Pulse();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _descriptor = -1;
            _wake.Dispose();
            _epoll.Dispose();
        }
    }

    private static byte[] AllocateEvents(int capacity) =>
        GC.AllocateUninitializedArray<byte>(capacity * _stride, pinned: true);

    private static bool ProbePreciseWait()
    {
        // struct timespec differs between 32-bit systems.
        if (!IsSupported || !Environment.Is64BitProcess)
        {
            return false;
        }

        try
        {
            // A kernel that has the call complains about the descriptor; others, and sandboxes, about the call.
            byte* events = stackalloc byte[16];
            return Interop.epoll_pwait2(-1, events, 1, null, null) < 0 && Interop.LastError == Interop.EBADF;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static void CheckToken(long token)
    {
        if (token == WakeToken)
        {
            throw new ArgumentOutOfRangeException(
                nameof(token), token, "This one value is taken; any other is allowed.");
        }
    }

    private static Exception Refused(nint descriptor, int error) => error switch
    {
        Interop.EEXIST => SelectorArguments.RegisteredAlready(descriptor),
        Interop.ENOENT => SelectorArguments.NotRegistered(descriptor),
        Interop.EBADF => SelectorArguments.NotOpen(descriptor),
        Interop.EPERM => new IOException(
            $"The system cannot watch descriptor {descriptor}: files and directories never wait (errno {error}).",
            error),
        _ => Interop.Failure($"epoll_ctl for descriptor {descriptor}", error),
    };

    private uint ToBits(SelectorEvents events) =>
        PollBits.FromEvents(events) | (ReportsOnce ? Interop.EPOLLONESHOT : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Wait(byte* events, int capacity, TimeSpan timeout)
    {
        if (_preciseWait && timeout.Ticks > 0)
        {
            var limit = new Interop.TimeSpec
            {
                Seconds = timeout.Ticks / TimeSpan.TicksPerSecond,
                Nanoseconds = timeout.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
            };
            return Interop.epoll_pwait2(_descriptor, events, capacity, &limit, null);
        }

        return Interop.epoll_wait(_descriptor, events, capacity, SelectorArguments.ToMilliseconds(timeout));
    }

    /// <summary>Returns 0 or the error number.</summary>
    private int Control(int operation, int descriptor, uint bits, long token)
    {
        byte* change = stackalloc byte[16];
        *(uint*)change = bits;
        Unsafe.WriteUnaligned(change + _dataOffset, token);
        bool held = false;
        try
        {
            // A shared selector changes what is watched from the threads of its loops, while another may dispose.
            _epoll.DangerousAddRef(ref held);
            return Interop.epoll_ctl((int)_epoll.DangerousGetHandle(), operation, descriptor, change) == 0
                ? 0
                : Interop.LastError;
        }
        finally
        {
            if (held)
            {
                _epoll.DangerousRelease();
            }
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_descriptor < 0, this);
}
