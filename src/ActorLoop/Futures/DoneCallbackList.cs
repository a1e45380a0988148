namespace ActorLoop.Futures;

/// <summary>
/// The callbacks of one future in the order of registration. The first one, mostly the only one, needs no list.
/// </summary>
internal struct DoneCallbackList
{
    private DoneCallback _first;
    private List<DoneCallback>? _others;

    public readonly bool IsEmpty => _first.Target is null;

    public void Add(DoneCallback callback)
    {
        if (IsEmpty)
        {
            _first = callback;
        }
        else
        {
            (_others ??= []).Add(callback);
        }
    }

    /// <summary>Removes every equal callback and says how many there were.</summary>
    public int RemoveAll(Delegate target)
    {
        int removed = _others?.RemoveAll(callback => target.Equals(callback.Target)) ?? 0;
        if (target.Equals(_first.Target))
        {
            removed++;
            _first = default;
            if (_others is { Count: > 0 })
            {
                _first = _others[0];
                _others.RemoveAt(0);
            }
        }

        return removed;
    }

    /// <summary>Queues all callbacks of a future that is done, and hands the list's places back.</summary>
    public void PostAll(IFutureHost host, LoopFuture future)
    {
        if (IsEmpty)
        {
            return;
        }

        Post(_first, host, future);
        if (_others is not null)
        {
            foreach (DoneCallback callback in _others)
            {
                Post(callback, host, future);
            }
        }

        this = default;
    }

    private static void Post(DoneCallback callback, IFutureHost host, LoopFuture future)
    {
        (callback.Scope as LoopTask)?.AwaitEnded(future);

        // Refused only by a closed loop, which calls nobody any more.
        host.TryPost(callback.ToMessage(future));
    }
}
