using System.Net.Sockets;
using ActorLoop.Scheduling;
using ActorLoop.Selectors;

namespace ActorLoop;

/// <summary>
/// Waits with <c>Socket.Select</c>, which every system has. It takes sockets only, and the cost of a wait grows with
/// their number.
/// </summary>
/// <remarks>
/// Waits have a resolution of one millisecond, rounded up. What ended can be read from; <see cref="SelectorEvents.HangUp"/>
/// is reported only for a socket that is watched for nothing, and then may mean no more than that there is something to read.
/// <see cref="SelectorEvents.Error"/> also stands for urgent data, unless the socket is watched for reading only.
/// </remarks>
public sealed class SelectSelector : Selector
{
    // Socket.Select takes no more than Int32.MaxValue microseconds.
    private static readonly TimeSpan _longestWait = TimeSpan.FromMinutes(30);

    private readonly WakeSocket _wake = new();
    private readonly LoopClock _clock = new(TimeProvider.System);
    private readonly Dictionary<nint, WatchedSocket> _byDescriptor = [];
    private readonly List<WatchedSocket> _watched = [];
    private readonly List<Socket> _read = [];
    private readonly List<Socket> _write = [];
    private readonly List<Socket> _error = [];
    private int _next;
    private bool _disposed;

    internal override bool MayBeReadyWhenEmpty => false;

    /// <inheritdoc/>
    public override void Register(nint descriptor, SelectorEvents events, long token)
    {
        SelectorArguments.CheckEvents(events);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_byDescriptor.ContainsKey(descriptor))
        {
            throw SelectorArguments.RegisteredAlready(descriptor);
        }

        WatchedSocket socket = WatchedSocket.Wrap(descriptor);
        socket.Asked = events;
        socket.Token = token;
        socket.Index = _watched.Count;
        _watched.Add(socket);
        _byDescriptor.Add(descriptor, socket);
    }

    /// <inheritdoc/>
    public override void Modify(nint descriptor, SelectorEvents events, long token)
    {
        SelectorArguments.CheckEvents(events);
        WatchedSocket socket = Find(descriptor);
        socket.Asked = events;
        socket.Token = token;
    }

    /// <inheritdoc/>
    public override void Unregister(nint descriptor)
    {
        WatchedSocket socket = Find(descriptor);
        _byDescriptor.Remove(descriptor);
        WatchedSocket last = _watched[^1];
        _watched[socket.Index] = last;
        last.Index = socket.Index;
        _watched.RemoveAt(_watched.Count - 1);
    }

    /// <inheritdoc/>
    public override int Select(Span<SelectorEvent> ready, TimeSpan timeout)
    {
        SelectorArguments.CheckWait(ready, timeout);
        ObjectDisposedException.ThrowIf(_disposed, this);
        TimeSpan left = timeout;
        while (!Wait(timeout < TimeSpan.Zero ? timeout : Round(left)))
        {
            left -= _longestWait;
            if (timeout >= TimeSpan.Zero && left <= TimeSpan.Zero)
            {
                return 0;
            }
        }

        return Collect(ready);
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
            _watched.Clear();
            _byDescriptor.Clear();
        }
    }

    private static TimeSpan Round(TimeSpan timeout) =>
        timeout >= _longestWait ? _longestWait : TimeSpan.FromMilliseconds(SelectorArguments.ToMilliseconds(timeout));

    /// <summary>Returns whether anything is ready, or the selector was woken.</summary>
    private bool Wait(TimeSpan timeout)
    {
        _read.Clear();
        _write.Clear();
        _error.Clear();
        _read.Add(_wake.Socket);
        foreach (WatchedSocket socket in _watched)
        {
            socket.Seen = SelectorEvents.None;
            if (socket.Asked != SelectorEvents.Read)
            {
                // What fails can be read from; asking twice would only add urgent data, which nobody takes away.
                _error.Add(socket);
            }

            if ((socket.Asked & SelectorEvents.Read) != 0)
            {
                _read.Add(socket);
            }

            if ((socket.Asked & SelectorEvents.Write) != 0)
            {
                _write.Add(socket);
            }
        }

        long start = _clock.Ticks;
        Socket.Select(_read, _write, _error, timeout);
        return _read.Count + _write.Count + _error.Count > 0
            || ((timeout < TimeSpan.Zero || _clock.Ticks - start < timeout.Ticks) && MarkHungUp());
    }

    /// <summary>
    /// The wait ended early and named nobody: the system reports a hang-up without being asked, and there is no list for it. Who
    /// hung up can be read from, and unreported it would end every wait at once.
    /// </summary>
    private bool MarkHungUp()
    {
        bool any = false;
        foreach (WatchedSocket socket in _watched)
        {
            if (socket.Asked == SelectorEvents.None && socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            {
                socket.Seen = SelectorEvents.HangUp;
                any = true;
            }
        }

        return any;
    }

    /// <summary>Starts after the socket that was reported last, so that a small span starves nobody.</summary>
    private int Collect(Span<SelectorEvent> ready)
    {
        Mark(_write, SelectorEvents.Write);
        Mark(_error, SelectorEvents.Error);
        Mark(_read, SelectorEvents.Read);
        int count = 0;
        int index = _next;
        for (int left = _watched.Count; left > 0 && count < ready.Length; left--, index++)
        {
            if (index >= _watched.Count)
            {
                index = 0;
            }

            WatchedSocket socket = _watched[index];
            if (socket.Seen != 0)
            {
                ready[count++] = new SelectorEvent(socket.Token, socket.Seen);
            }
        }

        _next = index;
        return count;
    }

    private void Mark(List<Socket> sockets, SelectorEvents events)
    {
        foreach (Socket socket in sockets)
        {
            if (socket is WatchedSocket watched)
            {
                watched.Seen |= events;
            }
            else
            {
                _wake.Lower();
            }
        }
    }

    private WatchedSocket Find(nint descriptor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _byDescriptor.TryGetValue(descriptor, out WatchedSocket? socket)
            ? socket
            : throw SelectorArguments.NotRegistered(descriptor);
    }
}
