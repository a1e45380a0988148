namespace ActorLoop.TestKit;

/// <summary>Passes everything on to another selector and lets a test see when the loop goes to sleep.</summary>
public sealed class ObservedSelector(Selector inner) : Selector
{
    private int _expected;
    private long _sleeps;
    private long _wakeUps;

    /// <summary>Called on the loop's thread just before it waits, when the loop already counts as asleep.</summary>
    public Action<TimeSpan>? Sleeping { get; set; }

    /// <summary>Called on the thread that wakes the loop, just before it does.</summary>
    public Action? Waking { get; set; }

    /// <summary>How often the loop went to sleep. Thread: any.</summary>
    public long Sleeps => Interlocked.Read(ref _sleeps);

    /// <summary>How often somebody woke the loop. Thread: any.</summary>
    public long WakeUps => Interlocked.Read(ref _wakeUps);

    /// <summary>
    /// Has the next <see cref="Select"/> wait until so many descriptors are reported: for selectors that hear of readiness from
    /// another thread, and so a moment later than it is there.
    /// </summary>
    public void Expect(int descriptors) => _expected = descriptors;

    public override void Register(nint descriptor, SelectorEvents events, long token) => inner.Register(descriptor, events, token);

    public override void Modify(nint descriptor, SelectorEvents events, long token) => inner.Modify(descriptor, events, token);

    public override void Unregister(nint descriptor) => inner.Unregister(descriptor);

    public override int Select(Span<SelectorEvent> ready, TimeSpan timeout)
    {
        if (_expected > 0)
        {
            return SelectExpected(ready);
        }

        if (timeout != TimeSpan.Zero)
        {
            Interlocked.Increment(ref _sleeps);
            Sleeping?.Invoke(timeout);
        }

        return inner.Select(ready, timeout);
    }

    public override void Wake()
    {
        Interlocked.Increment(ref _wakeUps);
        Waking?.Invoke();
        inner.Wake();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
    }

    private int SelectExpected(Span<SelectorEvent> ready)
    {
        var seen = new Dictionary<long, SelectorEvents>();
        Patience.WaitFor(() => Collect(seen) >= _expected, "readiness");
        _expected = 0;
        int count = 0;
        foreach ((long token, SelectorEvents events) in seen)
        {
            ready[count++] = new SelectorEvent(token, events);
        }

        return count;
    }

    private int Collect(Dictionary<long, SelectorEvents> seen)
    {
        var ready = new SelectorEvent[64];
        int count = inner.Select(ready, TimeSpan.Zero);
        foreach (SelectorEvent item in ready.AsSpan(0, count))
        {
            seen[item.Token] = seen.GetValueOrDefault(item.Token) | item.Events;
        }

        return seen.Count;
    }
}
