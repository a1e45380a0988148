namespace ActorLoop.Scheduling;

/// <summary>The timers of one loop, ordered by deadline and, among equals, by the order in which they were scheduled.</summary>
/// <remarks>
/// A four-ary heap whose entries know their place, so that canceling takes a timer out at once and memory never waits for a
/// deadline that nobody wants. Four children share a cache line of keys and halve the depth of a binary heap.
/// </remarks>
internal sealed class TimerQueue
{
    private const int Arity = 4;
    private const int InitialCapacity = 64;

    private Entry[] _heap = new Entry[InitialCapacity];
    private int _count;
    private int _peak;
    private long _sequence;

    public int Count => _count;

    /// <summary>Deadline of the earliest timer, in ticks of the loop's clock.</summary>
    public long NextDeadline => _count == 0 ? long.MaxValue : _heap[0].When;

    public void Add(TimerHandle timer)
    {
        timer.Sequence = ++_sequence;
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
        }

        SiftUp(_count++, new Entry(timer));
        _peak = Math.Max(_peak, _count);
    }

    public void Remove(TimerHandle timer)
    {
        int index = timer.HeapIndex;
        if (index < 0)
        {
            return;
        }

        timer.HeapIndex = -1;
        Entry moved = TakeLast();
        if (index == _count)
        {
            return;
        }

        if (index > 0 && moved.IsBefore(_heap[(index - 1) / Arity]))
        {
            SiftUp(index, moved);
        }
        else
        {
            SiftDown(index, moved);
        }
    }

    /// <summary>Takes the earliest timer out if its deadline has come.</summary>
    public bool TryTakeDue(long now, out TimerHandle timer)
    {
        if (_count == 0 || _heap[0].When > now)
        {
            timer = null!;
            return false;
        }

        timer = _heap[0].Timer;
        timer.HeapIndex = -1;
        Entry moved = TakeLast();
        if (_count > 0)
        {
            SiftDown(0, moved);
        }

        return true;
    }

    /// <summary>Gives back the memory of a burst, if nothing since the last trim has come near to needing it again.</summary>
    public void Trim()
    {
        if (_heap.Length > InitialCapacity && _peak < _heap.Length / 4)
        {
            Array.Resize(ref _heap, _heap.Length / 2);
        }

        _peak = _count;
    }

    public void Clear()
    {
        for (int i = 0; i < _count; i++)
        {
            _heap[i].Timer.HeapIndex = -1;
        }

        _heap = new Entry[InitialCapacity];
        _count = 0;
    }

    private Entry TakeLast()
    {
        Entry last = _heap[--_count];
        _heap[_count] = default;
        return last;
    }

    private void SiftUp(int index, Entry entry)
    {
        Entry[] heap = _heap;
        while (index > 0)
        {
            int parent = (index - 1) / Arity;
            if (!entry.IsBefore(heap[parent]))
            {
                break;
            }

            Put(heap, index, heap[parent]);
            index = parent;
        }

        Put(heap, index, entry);
    }

    private void SiftDown(int index, Entry entry)
    {
        Entry[] heap = _heap;
        while (true)
        {
            int child = (index * Arity) + 1;
            if (child >= _count)
            {
                break;
            }

            int end = Math.Min(child + Arity, _count);
            int least = child;
            for (int i = child + 1; i < end; i++)
            {
                if (heap[i].IsBefore(heap[least]))
                {
                    least = i;
                }
            }

            if (!heap[least].IsBefore(entry))
            {
                break;
            }

            Put(heap, index, heap[least]);
            index = least;
        }

        Put(heap, index, entry);
    }

    private static void Put(Entry[] heap, int index, Entry entry)
    {
        heap[index] = entry;
        entry.Timer.HeapIndex = index;
    }

    /// <summary>Keys are stored beside the reference so that comparing touches no timer.</summary>
    private readonly struct Entry(TimerHandle timer)
    {
        public readonly long When = timer.When.Ticks;
        public readonly long Sequence = timer.Sequence;
        public readonly TimerHandle Timer = timer;

        public bool IsBefore(in Entry other) => When != other.When ? When < other.When : Sequence < other.Sequence;
    }
}
