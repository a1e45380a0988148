using System.Diagnostics.CodeAnalysis;

namespace ActorLoop.Supervision;

/// <summary>The children of one node in the order of their start: a list through the nodes themselves.</summary>
/// <remarks>
/// Locked because other threads look at it: they print the tree, and they spawn actors of a loop. No user code runs inside.
/// </remarks>
internal sealed class CellChildren
{
    private readonly Lock _gate = new();
    private Dictionary<string, Cell>? _named;
    private Cell? _first;
    private Cell? _last;
    private int _count;
    private long _lastNumber;
    private long _lastUid;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Appends a child; false if a living one has its name.</summary>
    public bool TryAdd(Cell child)
    {
        lock (_gate)
        {
            if (child.IsNamed && !(_named ??= []).TryAdd(child.Name, child))
            {
                return false;
            }

            child.Uid = ++_lastUid;
            child.Number = child.IsNamed ? 0 : ++_lastNumber;
            child.Previous = _last;
            _ = _last is null ? _first = child : _last.Next = child;
            _last = child;
            _count++;
            return true;
        }
    }

    /// <summary>Takes a child out; false if it is not here any more.</summary>
    public bool Remove(Cell child)
    {
        lock (_gate)
        {
            if (child.Previous is null && !ReferenceEquals(_first, child))
            {
                return false;
            }

            _ = child.Previous is null ? _first = child.Next : child.Previous.Next = child.Next;
            _ = child.Next is null ? _last = child.Previous : child.Next.Previous = child.Previous;
            child.Previous = child.Next = null;
            _count--;
            if (child.IsNamed)
            {
                _named!.Remove(child.Name);
            }

            return true;
        }
    }

    public bool Contains(Cell child)
    {
        lock (_gate)
        {
            return child.Previous is not null || ReferenceEquals(_first, child);
        }
    }

    public bool TryFind(string name, [NotNullWhen(true)] out Cell? child)
    {
        lock (_gate)
        {
            child = null;
            return _named is not null && _named.TryGetValue(name, out child);
        }
    }

    /// <summary>A copy, in the order of their start.</summary>
    public Cell[] Snapshot()
    {
        lock (_gate)
        {
            var all = new Cell[_count];
            int i = 0;
            for (Cell? child = _first; child is not null; child = child.Next)
            {
                all[i++] = child;
            }

            return all;
        }
    }

    /// <summary>The last of those that were told to stop.</summary>
    public Cell? LastMarked()
    {
        lock (_gate)
        {
            Cell? child = _last;
            while (child is not null && (child.Marks & CellMarks.ToStop) == 0)
            {
                child = child.Previous;
            }

            return child;
        }
    }

    /// <summary>Marks all children to be stopped.</summary>
    public void MarkAll()
    {
        lock (_gate)
        {
            for (Cell? child = _first; child is not null; child = child.Next)
            {
                child.Marks |= CellMarks.ToStop;
            }
        }
    }
}
