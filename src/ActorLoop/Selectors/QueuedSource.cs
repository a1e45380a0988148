using System.Runtime.ExceptionServices;

namespace ActorLoop.Selectors;

/// <summary>
/// Shares a selector that belongs to one thread: changes are queued, the waiting thread is woken and makes them, and
/// who asked waits for the result. A descriptor stays silent by being unregistered.
/// </summary>
internal sealed class QueuedSource(Selector inner) : OneShotSource
{
    private readonly Dictionary<nint, Entry> _entries = [];

    // Guarded by itself; the requesters wait on it too.
    private readonly Queue<Request> _requests = new();
    private Exception? _abandoned;

    private enum Change
    {
        Register,
        Modify,
        Unregister,
        ListenAgain,
    }

    public override void Register(nint descriptor, SelectorEvents events, long token) =>
        Ask(new Request(Change.Register, descriptor, events, token));

    public override void Modify(nint descriptor, SelectorEvents events, long token) =>
        Ask(new Request(Change.Modify, descriptor, events, token));

    public override void Unregister(nint descriptor) =>
        Ask(new Request(Change.Unregister, descriptor, SelectorEvents.None, 0));

    public override void ListenAgain(nint descriptor, SelectorEvents events, long token) =>
        Enqueue(new Request(Change.ListenAgain, descriptor, events, token));

    public override int Wait(Span<SelectorEvent> ready)
    {
        RunRequests();
        int count = inner.Select(ready, Timeout.InfiniteTimeSpan);
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            // The selector knows its descriptors by themselves: the tokens change while it waits.
            nint descriptor = (nint)ready[i].Token;
            if (_entries.TryGetValue(descriptor, out Entry? entry) && entry.IsWatched)
            {
                inner.Unregister(descriptor);
                entry.IsWatched = false;
                ready[kept++] = ready[i] with { Token = entry.Token };
            }
        }

        return kept;
    }

    public override void Wake() => inner.Wake();

    public override void Dispose() => inner.Dispose();

    public override void Abandon(Exception reason)
    {
        lock (_requests)
        {
            _abandoned = reason;
            while (_requests.TryDequeue(out Request? request))
            {
                request.Error = reason;
                request.IsDone = true;
            }

            Monitor.PulseAll(_requests);
        }
    }

    private void Ask(Request request)
    {
        Enqueue(request);
        lock (_requests)
        {
            while (!request.IsDone)
            {
                Monitor.Wait(_requests);
            }
        }

        if (request.Error is not null)
        {
            ExceptionDispatchInfo.Throw(request.Error);
        }
    }

    private void Enqueue(Request request)
    {
        lock (_requests)
        {
            if (_abandoned is not null)
            {
                request.Error = _abandoned;
                request.IsDone = true;
                return;
            }

            _requests.Enqueue(request);
        }

        inner.Wake();
    }

    private void RunRequests()
    {
        lock (_requests)
        {
            if (_requests.Count == 0)
            {
                return;
            }

            while (_requests.TryDequeue(out Request? request))
            {
                try
                {
                    Apply(request);
                }
                catch (Exception error)
                {
                    request.Error = error;
                }

                request.IsDone = true;
            }

            Monitor.PulseAll(_requests);
        }
    }

    private void Apply(Request request)
    {
        nint descriptor = request.Descriptor;
        if (request.Change == Change.Register)
        {
            inner.Register(descriptor, request.Events, descriptor);
            _entries.Add(descriptor, new Entry { Token = request.Token, IsWatched = true });
            return;
        }

        if (!_entries.TryGetValue(descriptor, out Entry? entry))
        {
            throw SelectorArguments.NotRegistered(descriptor);
        }

        if (request.Change == Change.Unregister)
        {
            _entries.Remove(descriptor);
            if (entry.IsWatched)
            {
                inner.Unregister(descriptor);
            }

            return;
        }

        entry.Token = request.Token;
        if (entry.IsWatched)
        {
            inner.Modify(descriptor, request.Events, descriptor);
        }
        else
        {
            inner.Register(descriptor, request.Events, descriptor);
            entry.IsWatched = true;
        }
    }

    private sealed class Entry
    {
        public long Token { get; set; }

        public bool IsWatched { get; set; }
    }

    private sealed class Request(Change change, nint descriptor, SelectorEvents events, long token)
    {
        public Change Change { get; } = change;

        public nint Descriptor { get; } = descriptor;

        public SelectorEvents Events { get; } = events;

        public long Token { get; } = token;

        public bool IsDone { get; set; }

        public Exception? Error { get; set; }
    }
}
