namespace ActorLoop.TestKit;

/// <summary>
/// A selector that asks no system: time passes at once, and descriptors are ready when the test says so.
/// </summary>
public sealed class ManualSelector(ManualClock clock) : Selector
{
    private readonly object _gate = new();
    private readonly Dictionary<nint, (SelectorEvents Events, long Token)> _registered = [];
    private readonly Queue<SelectorEvent> _ready = [];
    private bool _isWoken;

    /// <summary>Called with every descriptor that is registered, and what for.</summary>
    public Action<nint, SelectorEvents>? Registered { get; set; }

    /// <summary>Reports a registered descriptor once. Thread: any.</summary>
    public void Report(nint descriptor, SelectorEvents events)
    {
        lock (_gate)
        {
            Report(new SelectorEvent(_registered[descriptor].Token, events));
        }
    }

    /// <summary>Reports an event as it is, also one nobody is registered for any more. Thread: any.</summary>
    public void Report(SelectorEvent item)
    {
        lock (_gate)
        {
            _ready.Enqueue(item);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The token a descriptor is registered with now.</summary>
    public long TokenOf(nint descriptor) => _registered[descriptor].Token;

    public override void Register(nint descriptor, SelectorEvents events, long token)
    {
        if (!_registered.TryAdd(descriptor, (events, token)))
        {
            throw new ArgumentException($"Descriptor {descriptor} is registered already.", nameof(descriptor));
        }

        Registered?.Invoke(descriptor, events);
    }

    public override void Modify(nint descriptor, SelectorEvents events, long token)
    {
        CheckRegistered(descriptor);
        _registered[descriptor] = (events, token);
    }

    public override void Unregister(nint descriptor)
    {
        CheckRegistered(descriptor);
        _registered.Remove(descriptor);
    }

    public override int Select(Span<SelectorEvent> ready, TimeSpan timeout)
    {
        lock (_gate)
        {
            if (timeout == Timeout.InfiniteTimeSpan)
            {
                WaitForWakeUp();
            }
            else if (!_isWoken && _ready.Count == 0)
            {
                clock.Advance(timeout);
            }

            _isWoken = false;
            int count = 0;
            while (count < ready.Length && _ready.TryDequeue(out SelectorEvent item))
            {
                ready[count++] = item;
            }

            return count;
        }
    }

    public override void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.PulseAll(_gate);
        }
    }

    protected override void Dispose(bool disposing)
    {
    }

    private void WaitForWakeUp()
    {
        while (!_isWoken && _ready.Count == 0)
        {
            if (!Monitor.Wait(_gate, Patience.Bound))
            {
                throw new TimeoutException("The loop has nothing to do and nobody wakes it.");
            }
        }
    }

    private void CheckRegistered(nint descriptor)
    {
        if (!_registered.ContainsKey(descriptor))
        {
            throw new ArgumentException($"Descriptor {descriptor} is not registered.", nameof(descriptor));
        }
    }
}
