using ActorLoop.Selectors;

namespace ActorLoop;

/// <summary>
/// Waits with <c>poll(2)</c>, which every Unix has. The cost of a wait grows with the number of descriptors.
/// </summary>
/// <remarks>
/// Waits have a resolution of one millisecond, rounded up. A signal ends a wait early, with nothing reported. Regular
/// files are accepted and always ready. A descriptor that was closed while it is registered is reported as
/// <see cref="SelectorEvents.Error"/>.
/// </remarks>
public sealed unsafe class PollSelector : Selector
{
    private const int InitialCapacity = 32;

    // The wake signal is entry 0. Order does not matter: the last entry fills the hole of a removed one.
    private readonly Dictionary<int, int> _indexes = [];
    private readonly WakeSignal _wake;
    private Interop.PollEntry[] _entries = AllocateEntries(InitialCapacity);
    private long[] _tokens = new long[InitialCapacity];
    private int _count = 1;
    private int _next = 1;
    private bool _disposed;

    /// <summary>Creates the selector.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not a Unix.</exception>
    /// <exception cref="IOException">The process or the system has run out of descriptors.</exception>
    public PollSelector()
    {
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException("poll(2) exists on Unix only; use Selector.CreateDefault().");
        }

        int descriptor;
        if (OperatingSystem.IsLinux() || OperatingSystem.IsFreeBSD())
        {
            var pipe = WakeDescriptor.CreatePipe();
            _wake = pipe;
            descriptor = pipe.Descriptor;
        }
        else
        {
            // No pipe2 there, and a pipe that a child process inherits in between would be a leak.
            var socket = new WakeSocket();
            _wake = socket;
            descriptor = (int)socket.Socket.Handle;
        }

        _entries[0] = new Interop.PollEntry { Descriptor = descriptor, Asked = (short)Interop.POLLIN };
    }

    /// <summary>Whether this system has <c>poll(2)</c>.</summary>
    public static bool IsSupported =>
        !OperatingSystem.IsWindows() && !OperatingSystem.IsBrowser() && !OperatingSystem.IsWasi();

    internal override bool MayBeReadyWhenEmpty => false;

    /// <inheritdoc/>
    public override void Register(nint descriptor, SelectorEvents events, long token)
    {
        SelectorArguments.CheckEvents(events);
        int number = SelectorArguments.CheckDescriptor(descriptor);
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckOpen(number);
        if (!_indexes.TryAdd(number, _count))
        {
            throw SelectorArguments.RegisteredAlready(descriptor);
        }

        if (_count == _entries.Length)
        {
            Grow();
        }

        _tokens[_count] = token;
        _entries[_count++] = new Interop.PollEntry { Descriptor = number, Asked = (short)PollBits.FromEvents(events) };
    }

    /// <inheritdoc/>
    public override void Modify(nint descriptor, SelectorEvents events, long token)
    {
        SelectorArguments.CheckEvents(events);
        int index = IndexOf(descriptor);
        _entries[index].Asked = (short)PollBits.FromEvents(events);
        _tokens[index] = token;
    }

    /// <inheritdoc/>
    public override void Unregister(nint descriptor)
    {
        int index = IndexOf(descriptor);
        _indexes.Remove((int)descriptor);
        int last = --_count;
        if (index != last)
        {
            _entries[index] = _entries[last];
            _tokens[index] = _tokens[last];
            _indexes[_entries[index].Descriptor] = index;
        }
    }

    /// <inheritdoc/>
    public override int Select(Span<SelectorEvent> ready, TimeSpan timeout)
    {
        SelectorArguments.CheckWait(ready, timeout);
        ObjectDisposedException.ThrowIf(_disposed, this);
        int seen;
        fixed (Interop.PollEntry* entries = _entries)
        {
            seen = Interop.poll(entries, (nuint)_count, SelectorArguments.ToMilliseconds(timeout));
            if (seen < 0)
            {
                int error = Interop.LastError;
                return error == Interop.EINTR ? 0 : throw Interop.Failure("poll", error);
            }
        }

        if (seen > 0 && _entries[0].Seen != 0)
        {
            _wake.Lower();
            seen--;
        }

        return Collect(ready, seen);
    }

    /// <inheritdoc/>
    public override void Wake() => _wake.Raise();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disposed = true;
            _wake.Dispose();
        }
    }

    private static Interop.PollEntry[] AllocateEntries(int capacity) =>
        GC.AllocateUninitializedArray<Interop.PollEntry>(capacity, pinned: true);

    private static void CheckOpen(int descriptor)
    {
        var entry = new Interop.PollEntry { Descriptor = descriptor };
        if (Interop.poll(&entry, 1, 0) > 0 && ((uint)entry.Seen & Interop.POLLNVAL) != 0)
        {
            throw SelectorArguments.NotOpen(descriptor);
        }
    }

    /// <summary>Starts after the entry that was reported last, so that a small span starves nobody.</summary>
    private int Collect(Span<SelectorEvent> ready, int seen)
    {
        int count = 0;
        int index = _next;
        for (int left = _count - 1; left > 0 && count < seen && count < ready.Length; left--, index++)
        {
            if (index >= _count)
            {
                index = 1;
            }

            uint bits = (uint)_entries[index].Seen;
            if (bits != 0)
            {
                SelectorEvents events = PollBits.ToEvents(bits);
                if ((bits & Interop.POLLNVAL) != 0)
                {
                    events |= SelectorEvents.Error;
                }

                ready[count++] = new SelectorEvent(_tokens[index], events);
            }
        }

        _next = index;
        return count;
    }

    private int IndexOf(nint descriptor)
    {
        int number = SelectorArguments.CheckDescriptor(descriptor);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _indexes.TryGetValue(number, out int index) ? index : throw SelectorArguments.NotRegistered(descriptor);
    }

    private void Grow()
    {
        Interop.PollEntry[] larger = AllocateEntries(_entries.Length * 2);
        _entries.AsSpan(0, _count).CopyTo(larger);
        _entries = larger;
        Array.Resize(ref _tokens, larger.Length);
    }
}
