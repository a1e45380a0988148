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
        // Flushing may tell a protocol to pause, which may write again: the list can grow while it runs.
        for (int i = 0; i < _count; i++)
        {
            IFlushable item = _items[i];
            _items[i] = null!;
            item.Flush();
        }

        _count = 0;
    }
}
