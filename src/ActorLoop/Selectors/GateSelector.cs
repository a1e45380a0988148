namespace ActorLoop.Selectors;

/// <summary>
/// The place where a loop over completions sleeps: it watches nothing, and only being woken or the time ends the wait.
/// </summary>
/// <remarks>
/// What is registered is only taken note of by the loop's own table. Waits are whole milliseconds, rounded up: the most the base
/// class library offers on every system.
/// </remarks>
internal sealed class GateSelector : Selector
{
    private readonly object _gate = new();
    private bool _woken;

    internal override bool MayBeReadyWhenEmpty => false;

    internal override bool ForgetsClosedDescriptors => true;

    public override void Register(nint descriptor, SelectorEvents events, long token)
    {
    }

    public override void Modify(nint descriptor, SelectorEvents events, long token)
    {
    }

    public override void Unregister(nint descriptor)
    {
    }

    public override int Select(Span<SelectorEvent> ready, TimeSpan timeout)
    {
        if (timeout == TimeSpan.Zero)
        {
            return 0;
        }

        lock (_gate)
        {
            if (!_woken)
            {
                Monitor.Wait(_gate, Milliseconds(timeout));
            }

            _woken = false;
        }

        return 0;
    }

    public override void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Monitor.Pulse(_gate);
        }
    }

    protected override void Dispose(bool disposing)
    {
    }

    private static int Milliseconds(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan ? Timeout.Infinite : (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
}
