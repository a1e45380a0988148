namespace ActorLoop.Akka.Scheduling;

/// <summary>What a scheduler still has to do. Thread: any.</summary>
internal sealed class OutstandingWork
{
    private readonly Lock _gate = new();
    private readonly LinkedList<ScheduledWork> _all = [];
    private bool _closed;

    public bool TryAdd(ScheduledWork work)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            work.Node ??= new LinkedListNode<ScheduledWork>(work);
            _all.AddLast(work.Node);
            return true;
        }
    }

    /// <returns>False when somebody else has taken it.</returns>
    public bool TryTake(ScheduledWork work)
    {
        lock (_gate)
        {
            if (work.Node?.List != _all)
            {
                return false;
            }

            _all.Remove(work.Node);
            return true;
        }
    }

    /// <summary>Takes nothing more and runs what is there, in the order in which it was scheduled.</summary>
    public void Close()
    {
        ScheduledWork[] left;
        lock (_gate)
        {
            _closed = true;
            left = [.. _all];
            _all.Clear();
        }

        foreach (ScheduledWork work in left)
        {
            work.RunAtTheEnd();
        }
    }
}
