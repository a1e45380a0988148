using System.Buffers;

namespace ActorLoop.Streams;

/// <summary>
/// Received bytes that nobody has read yet: a chain of pooled blocks, and none at all while it is empty.
/// </summary>
internal sealed class InputBuffer(StreamMemory memory)
{
    private ByteSegment? _head;
    private ByteSegment? _tail;
    private int _start;

    public int Length { get; private set; }

    /// <summary>All of it; valid until something is consumed.</summary>
    public ReadOnlySequence<byte> Sequence =>
        _head is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_head, _start, _tail!, _tail!.End);

    public void Append(ReadOnlySpan<byte> data)
    {
        Length = checked(Length + data.Length);
        int taken = _tail?.Append(data) ?? 0;
        while (taken < data.Length)
        {
            ByteSegment segment = memory.Rent();
            Link(segment);
            taken += segment.Append(data[taken..]);
        }
    }

    /// <summary>Moves bytes to where the reader wants them, and says how many.</summary>
    public int MoveTo(Span<byte> target)
    {
        int moved = 0;
        while (moved < target.Length && _head is not null)
        {
            ReadOnlySpan<byte> bytes = _head.Bytes[_start..];
            int length = Math.Min(bytes.Length, target.Length - moved);
            bytes[..length].CopyTo(target[moved..]);
            moved += length;
            Consume(length);
        }

        return moved;
    }

    /// <summary>Moves the first bytes into an array of their own.</summary>
    public byte[] Take(int count)
    {
        if (count == 0)
        {
            return [];
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
        MoveTo(bytes);
        return bytes;
    }

    public void Consume(int count)
    {
        Length -= count;
        while (count > 0 || (_head is not null && _start == _head.End))
        {
            ByteSegment head = _head!;
            int length = Math.Min(count, head.End - _start);
            _start += length;
            count -= length;
            if (_start == head.End)
            {
                _head = head.Following;
                _tail = _head is null ? null : _tail;
                _start = 0;
                memory.Return(head);
            }
        }
    }

    /// <summary>Puts bytes back in front of all others.</summary>
    public void PutBack(ReadOnlySpan<byte> data)
    {
        byte[] rest = Take(Length);
        Append(data);
        Append(rest);
    }

    public void Clear() => Consume(Length);

    /// <summary>How many bytes lie before a position of <see cref="Sequence"/>.</summary>
    public int OffsetOf(SequencePosition position) =>
        position.GetObject() is ByteSegment segment && _head is not null
            ? (int)(segment.Index + position.GetInteger() - _head.Index - _start)
            : 0;

    /// <summary>Where the bytes first occur at or after an offset, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> bytes, int from)
    {
        if (Length - from < bytes.Length)
        {
            return -1;
        }

        if (_head == _tail)
        {
            int found = _head!.Bytes[(_start + from)..].IndexOf(bytes);
            return found < 0 ? -1 : from + found;
        }

        var reader = new SequenceReader<byte>(Sequence.Slice(from));
        bool isFound = reader.TryReadTo(out ReadOnlySequence<byte> before, bytes, advancePastDelimiter: false);
        return isFound ? from + (int)before.Length : -1;
    }

    private void Link(ByteSegment segment)
    {
        if (_tail is null)
        {
            _head = segment;
            _start = 0;
        }
        else
        {
            segment.PutAfter(_tail);
        }

        _tail = segment;
    }
}
