using System.Runtime.ExceptionServices;
using ActorLoop.Scheduling;

namespace ActorLoop.Selectors;

/// <summary>What one loop sees of a <see cref="SharedSelector"/>.</summary>
internal sealed class SelectorPort(SharedSelector shared) : Selector
{
    private readonly Dictionary<nint, PortRegistration> _registrations = [];
    private readonly List<PortRegistration> _reported = [];
    private readonly LoopClock _clock = new(TimeProvider.System);
    private bool _disposed;

    // Everything below is guarded by the gate, which is also what the loop sleeps on.
    private readonly object _gate = new();
    private readonly Queue<PortRegistration> _ready = new();
    private bool _woken;
    private bool _sleeping;
    private Exception? _failure;

    public override void Register(nint descriptor, SelectorEvents events, long token)
    {
        SelectorArguments.CheckEvents(events);
        int number = SelectorArguments.CheckDescriptor(descriptor);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var registration = new PortRegistration(this, number)
        {
            Token = token,
            Asked = events,
            Generation = shared.NextGeneration(),
        };
        shared.Add(registration);
        try
        {
            shared.Source.Register(descriptor, events, registration.SharedToken);
        }
        catch
        {
            shared.Remove(registration);
            throw;
        }

        _registrations.Add(descriptor, registration);
    }

    public override void Modify(nint descriptor, SelectorEvents events, long token)
    {
        SelectorArguments.CheckEvents(events);
        PortRegistration registration = Find(descriptor);
        Renew(registration);
        registration.Token = token;
        registration.Asked = events;
        registration.IsSilent = false;
        shared.Source.Modify(descriptor, events, registration.SharedToken);
    }

    public override void Unregister(nint descriptor)
    {
        PortRegistration registration = Find(descriptor);
        Forget(registration);
        shared.Source.Unregister(descriptor);
    }

    public override int Select(Span<SelectorEvent> ready, TimeSpan timeout)
    {
        SelectorArguments.CheckWait(ready, timeout);
        ObjectDisposedException.ThrowIf(_disposed, this);
        ListenAgain();
        long deadline = timeout < TimeSpan.Zero ? long.MaxValue : Add(_clock.TicksRoundedUp, timeout.Ticks);
        lock (_gate)
        {
            // An entry of the queue may have become void, so there can be more entries than events.
            int count = Take(ready);
            while (count == 0 && !_woken && _failure is null && timeout != TimeSpan.Zero && Sleep(deadline))
            {
                count = Take(ready);
            }

            _woken = false;
            if (count == 0)
            {
                ThrowIfFailed();
            }

            return count;
        }
    }

    public override void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Rouse();
        }
    }

    /// <summary>Takes note of readiness, unless it belongs to an earlier state. Thread: the shared one.</summary>
    public bool Deliver(PortRegistration registration, int generation, SelectorEvents events)
    {
        lock (_gate)
        {
            if (registration.Generation != generation)
            {
                return false;
            }

            if (registration.Seen == 0)
            {
                _ready.Enqueue(registration);
            }

            registration.Seen |= events;
            Rouse();
            return true;
        }
    }

    /// <summary>No readiness will come any more. Thread: any.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure = failure;
            Rouse();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || _disposed)
        {
            return;
        }

        _disposed = true;
        foreach (PortRegistration registration in _registrations.Values.ToArray())
        {
            Forget(registration);
            shared.Source.TryUnregister(registration.Descriptor);
        }

        shared.Remove(this);
    }

    private static long Add(long ticks, long span) => span > long.MaxValue - ticks ? long.MaxValue : ticks + span;

    private void Rouse()
    {
        if (_sleeping)
        {
            _sleeping = false;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Returns whether it is worth looking again: false when the time is up.</summary>
    private bool Sleep(long deadline)
    {
        TimeSpan left = Timeout.InfiniteTimeSpan;
        if (deadline != long.MaxValue)
        {
            left = new TimeSpan(deadline - _clock.Ticks);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }
        }

        _sleeping = true;
        Monitor.Wait(_gate, SelectorArguments.ToMilliseconds(left));
        _sleeping = false;
        return true;
    }

    private int Take(Span<SelectorEvent> ready)
    {
        int count = 0;
        while (count < ready.Length && _ready.TryDequeue(out PortRegistration? registration))
        {
            if (registration.Seen == 0)
            {
                // Changed or gone since it was queued; what is ready now is queued behind.
                continue;
            }

            ready[count++] = new SelectorEvent(registration.Token, registration.Seen);
            registration.Seen = 0;
            registration.IsSilent = true;
            _reported.Add(registration);
        }

        return count;
    }

    private void ListenAgain()
    {
        foreach (PortRegistration registration in _reported)
        {
            if (registration.IsSilent)
            {
                registration.IsSilent = false;
                shared.Source.ListenAgain(registration.Descriptor, registration.Asked, registration.SharedToken);
            }
        }

        _reported.Clear();
    }

    private void Forget(PortRegistration registration)
    {
        Renew(registration);
        registration.IsSilent = false;
        _registrations.Remove(registration.Descriptor);
        shared.Remove(registration);
    }

    /// <summary>Makes void what was seen so far, and what is on its way.</summary>
    private void Renew(PortRegistration registration)
    {
        lock (_gate)
        {
            registration.Generation = shared.NextGeneration();
            registration.Seen = 0;
        }
    }

    private PortRegistration Find(nint descriptor)
    {
        SelectorArguments.CheckDescriptor(descriptor);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _registrations.TryGetValue(descriptor, out PortRegistration? registration)
            ? registration
            : throw SelectorArguments.NotRegistered(descriptor);
    }

    private void ThrowIfFailed()
    {
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }
}
