namespace ActorLoop.Selectors;

/// <summary>
/// Shares epoll, which may be changed from any thread while another waits and can itself report only once.
/// </summary>
internal sealed class EpollSource : OneShotSource
{
    private readonly EpollSelector _inner;

    public EpollSource(EpollSelector inner)
    {
        _inner = inner;
        inner.ReportsOnce = true;
    }

    public override void Register(nint descriptor, SelectorEvents events, long token) =>
        _inner.Register(descriptor, events, token);

    public override void Modify(nint descriptor, SelectorEvents events, long token) =>
        _inner.Modify(descriptor, events, token);

    public override void Unregister(nint descriptor) => _inner.Unregister(descriptor);

    public override void ListenAgain(nint descriptor, SelectorEvents events, long token)
    {
        try
        {
            _inner.Modify(descriptor, events, token);
        }
        catch (ArgumentException)
        {
            // Closed without being unregistered.
        }
    }

    public override int Wait(Span<SelectorEvent> ready) => _inner.Select(ready, Timeout.InfiniteTimeSpan);

    public override void Wake() => _inner.Wake();

    public override void Dispose() => _inner.Dispose();
}
