using System.Runtime.CompilerServices;

namespace ActorLoop.Transports;

/// <summary>
/// The unsent datagrams of one transport, in order: in pooled blocks, in arrays of their own when they are long, or where
/// they were
/// received, which is only borrowed until the current message ends.
/// </summary>
internal sealed class DatagramQueue(TransportMemory memory)
{
    /// <summary>What a datagram counts beside its bytes, so that empty ones fill the buffer, too.</summary>
    public const int Overhead = 8;

    private const int SmallCapacity = 64;
    private const int KeptCapacity = 1024;

    private static readonly byte[] s_nothing = GC.AllocateArray<byte>(1, pinned: true);

    private Entry[] _entries = new Entry[SmallCapacity];
    private int _head;

    public int Count { get; private set; }

    /// <summary>Bytes and overhead of what is queued: what was added is what is subtracted.</summary>
    public int Size { get; private set; }

    public static int CostOf(int length) => length + Overhead;

    public ref Entry At(int index) => ref _entries[(_head + index) & (_entries.Length - 1)];

    /// <summary>While it is pinned, the addresses in the entries may be pointed to.</summary>
    public ref byte GetPinnableReference() => ref Unsafe.As<Entry, byte>(ref _entries[0]);

    public void Append(ReadOnlySpan<byte> data, in RawAddress address, bool mayBorrow)
    {
        Entry entry = default;
        entry.Address = address;
        entry.Length = data.Length;
        if (data.IsEmpty)
        {
            entry.Array = s_nothing;
        }
        else if (mayBorrow && memory.Datagrams.Owns(data, out byte[]? slab, out int offset))
        {
            (entry.Array, entry.Start) = (slab, offset);
        }
        else
        {
            (entry.Array, entry.Start) = RoomFor(data.Length, Count - 1);
            data.CopyTo(entry.Array.AsSpan(entry.Start));
        }

        Size += CostOf(data.Length);
        Add(entry);
    }

    /// <summary>Drops the first datagrams: they were sent, or never will be.</summary>
    public void Remove(int count)
    {
        for (; count > 0; count--)
        {
            ref Entry head = ref At(0);
            Size -= CostOf(head.Length);
            byte[] array = head.Array;
            head = default;
            _head = (_head + 1) & (_entries.Length - 1);
            Count--;
            if (Count == 0 || At(0).Array != array)
            {
                // Neighbours share a block; this was the last of them.
                Return(array);
            }
        }

        if (Count == 0 && _entries.Length > KeptCapacity)
        {
            // A burst must not hold memory for ever.
            (_entries, _head) = (new Entry[SmallCapacity], 0);
        }
    }

    /// <summary>Copies what is only borrowed, because its owner is about to reuse the memory.</summary>
    public void Own()
    {
        for (int i = 0; i < Count; i++)
        {
            ref Entry entry = ref At(i);
            if (memory.Datagrams.IsSlab(entry.Array))
            {
                ReadOnlySpan<byte> data = entry.Array.AsSpan(entry.Start, entry.Length);
                (entry.Array, entry.Start) = RoomFor(data.Length, i - 1);
                data.CopyTo(entry.Array.AsSpan(entry.Start));
            }
        }
    }

    public void Clear() => Remove(Count);

    /// <summary>Room behind the datagram before, if that is in a block that has some left; else new room.</summary>
    private (byte[] Array, int Start) RoomFor(int length, int indexBefore)
    {
        if (indexBefore >= 0)
        {
            ref Entry before = ref At(indexBefore);
            int end = before.Start + before.Length;
            if (before.Array.Length == BlockPool.BlockSize && end + length <= BlockPool.BlockSize)
            {
                return (before.Array, end);
            }
        }

        return length <= BlockPool.BlockSize
            ? (memory.Blocks.Rent(), 0)
            : (GC.AllocateUninitializedArray<byte>(length, pinned: true), 0);
    }

    private void Add(in Entry entry)
    {
        if (Count == _entries.Length)
        {
            var larger = new Entry[Count * 2];
            for (int i = 0; i < Count; i++)
            {
                larger[i] = At(i);
            }

            (_entries, _head) = (larger, 0);
        }

        At(Count++) = entry;
    }

    private void Return(byte[] array)
    {
        if (array.Length == BlockPool.BlockSize)
        {
            memory.Blocks.Return(array);
        }
    }

    internal struct Entry
    {
        public byte[] Array;
        public int Start;
        public int Length;
        public RawAddress Address;
    }
}
