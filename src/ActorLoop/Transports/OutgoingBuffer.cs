using System.Runtime.CompilerServices;

namespace ActorLoop.Transports;

/// <summary>
/// The unsent bytes of one transport, in order: pieces of pooled blocks, and pieces of the loop's receive buffer that are only
/// borrowed until the current message ends.
/// </summary>
internal sealed unsafe class OutgoingBuffer(TransportMemory memory)
{
    private Segment[] _segments = new Segment[4];
    private int _head;
    private int _count;

    /// <summary>Unsent bytes; kept up to date, never counted.</summary>
    public int Size { get; private set; }

    /// <summary>In how many places they lie.</summary>
    public int PieceCount => _count;

    /// <summary>The first of those places; nothing that is appended moves it.</summary>
    public Memory<byte> First
    {
        get
        {
            ref Segment segment = ref At(0);
            return segment.Array.AsMemory(segment.Start, segment.End - segment.Start);
        }
    }

    /// <summary>
    /// Appends a copy, or, if the bytes lie in the receive buffer and <paramref name="mayBorrow"/>, the place where they
    /// are.
    /// </summary>
    public void Append(ReadOnlySpan<byte> data, bool mayBorrow)
    {
        Size += data.Length;
        if (mayBorrow && TryBorrow(data))
        {
            return;
        }

        while (!data.IsEmpty)
        {
            ref Segment tail = ref Tail(out bool usable);
            if (!usable)
            {
                tail = ref Add(new Segment { Array = memory.Blocks.Rent() });
            }

            int length = Math.Min(data.Length, BlockPool.BlockSize - tail.End);
            data[..length].CopyTo(tail.Array.AsSpan(tail.End));
            tail.End += length;
            data = data[length..];
        }
    }

    /// <summary>Fills in where the unsent bytes lie; returns how many vectors that took.</summary>
    public int Describe(Interop.Vector* vectors, int max)
    {
        int count = Math.Min(max, _count);
        for (int i = 0; i < count; i++)
        {
            ref Segment segment = ref At(i);
            vectors[i].Base = (byte*)Unsafe.AsPointer(ref segment.Array[segment.Start]);
            vectors[i].Length = segment.End - segment.Start;
        }

        return count;
    }

    /// <summary>Drops bytes the kernel took.</summary>
    public void Consume(int bytes)
    {
        Size -= bytes;
        while (bytes > 0)
        {
            ref Segment segment = ref At(0);
            int length = Math.Min(bytes, segment.End - segment.Start);
            segment.Start += length;
            bytes -= length;
            if (segment.Start == segment.End)
            {
                RemoveHead();
            }
        }
    }

    /// <summary>Copies what is only borrowed, because its owner is about to reuse the memory.</summary>
    public void Own()
    {
        for (int i = 0; i < _count; i++)
        {
            ref Segment segment = ref At(i);
            if (segment.Array == memory.Receive)
            {
                CopyFrom(i);
                return;
            }
        }
    }

    public void Clear()
    {
        while (_count > 0)
        {
            RemoveHead();
        }

        Size = 0;
    }

    /// <summary>Rebuilds everything from segment <paramref name="index"/> on as owned blocks.</summary>
    private void CopyFrom(int index)
    {
        var tail = new Segment[_count - index];
        for (int i = 0; i < tail.Length; i++)
        {
            tail[i] = At(index + i);
            At(index + i) = default;
        }

        _count = index;
        foreach (Segment segment in tail)
        {
            Size -= segment.End - segment.Start;
            Append(segment.Array.AsSpan(segment.Start, segment.End - segment.Start), mayBorrow: false);
            Return(segment.Array);
        }
    }

    private bool TryBorrow(ReadOnlySpan<byte> data)
    {
        byte[] receive = memory.Receive;
        nint offset = Unsafe.ByteOffset(ref receive[0], ref Unsafe.AsRef(in data[0]));
        if (offset < 0 || offset + data.Length > receive.Length)
        {
            return false;
        }

        Add(new Segment { Array = receive, Start = (int)offset, End = (int)offset + data.Length });
        return true;
    }

    private ref Segment Tail(out bool usable)
    {
        if (_count == 0)
        {
            usable = false;
            return ref _segments[0];
        }

        ref Segment tail = ref At(_count - 1);
        usable = tail.Array != memory.Receive && tail.End < BlockPool.BlockSize;
        return ref tail;
    }

    private ref Segment At(int index) => ref _segments[(_head + index) & (_segments.Length - 1)];

    private ref Segment Add(Segment segment)
    {
        if (_count == _segments.Length)
        {
            var larger = new Segment[_count * 2];
            for (int i = 0; i < _count; i++)
            {
                larger[i] = At(i);
            }

            _segments = larger;
            _head = 0;
        }

        ref Segment slot = ref At(_count++);
        slot = segment;
        return ref slot;
    }

    private void RemoveHead()
    {
        ref Segment segment = ref At(0);
        Return(segment.Array);
        segment = default;
        _head = (_head + 1) & (_segments.Length - 1);
        _count--;
    }

    private void Return(byte[] array)
    {
        if (array != memory.Receive)
        {
            memory.Blocks.Return(array);
        }
    }

    private struct Segment
    {
        public byte[] Array;
        public int Start;
        public int End;
    }
}
