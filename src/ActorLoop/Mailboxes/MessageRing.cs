using System.Runtime.CompilerServices;
using ActorLoop.Scheduling;

namespace ActorLoop.Mailboxes;

/// <summary>A growing circular queue of messages for one thread: no lock, no allocation once it has grown.</summary>
internal sealed class MessageRing
{
    private const int InitialCapacity = 256;
    private const int TrimAbove = 16 * 1024;

    private Message[] _items = new Message[InitialCapacity];
    private int _head;
    private int _count;
    private int _peak;

    public int Count => _count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enqueue(in Message message)
    {
        Message[] items = _items;
        if (_count == items.Length)
        {
            items = Grow();
        }

        items[(_head + _count) & (items.Length - 1)] = message;
        _count++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Message Dequeue()
    {
        Message[] items = _items;
        ref Message slot = ref items[_head & (items.Length - 1)];
        Message message = slot;
        // What has run must not be kept alive by the queue.
        slot = default;
        _head = (_head + 1) & (items.Length - 1);
        _count--;
        return message;
    }

    /// <summary>Gives back the memory of a burst, if nothing since the last trim has come near to needing it again.</summary>
    public void Trim()
    {
        if (_count == 0 && _items.Length > TrimAbove && _peak < _items.Length / 4)
        {
            _items = new Message[InitialCapacity];
            _head = 0;
        }

        _peak = _count;
    }

    /// <summary>Notes how much is queued, for <see cref="Trim"/>.</summary>
    public void NotePeak() => _peak = Math.Max(_peak, _count);

    private Message[] Grow()
    {
        var larger = new Message[_items.Length * 2];
        int first = _items.Length - _head;
        Array.Copy(_items, _head, larger, 0, first);
        Array.Copy(_items, 0, larger, first, _head);
        _head = 0;
        return _items = larger;
    }
}
