using System.Runtime.CompilerServices;

namespace ActorLoop.Execution;

/// <summary>
/// Who has output to send when the current message is over: everything written inside one callback leaves at once.
/// </summary>
internal sealed class FlushList
{
    private IFlushable[] _items = new IFlushable[16];
    private int _count;

    public void Add(IFlushable item)
    {
        if (_count == _items.Length)
        {
            Array.Resize(ref _items, _count * 2);
        }

        _items[_count++] = item;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run()
    {
        if (_count != 0)
        {
            RunAll();
        }
    }

    private void RunAll()
    {
        int next = 0;
        try
        {
            // Flushing may tell a protocol to pause, which may write again: the list can grow while it runs.
            while (next < _count)
            {
                _items[next++].Flush();
            }
        }
        finally
        {
            // A fatal exception of such a protocol leaves in the middle; the others are flushed after the next message.
            int left = _count - next;
            Array.Copy(_items, next, _items, 0, left);
            Array.Clear(_items, left, next);
            _count = left;
        }
    }
}
