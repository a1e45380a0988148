using System.Buffers;

namespace ActorLoop.Streams;

/// <summary>Bytes that were written to a pipe and not yet flushed.</summary>
internal sealed class PipeWriterBlocks(StreamMemory memory)
{
    private ByteSegment? _head;
    private ByteSegment? _tail;

    public long Length { get; private set; }

    /// <summary>All of it; valid until it is cleared.</summary>
    public ReadOnlySequence<byte> Written =>
        _head is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_head, 0, _tail!, _tail!.End);

    /// <summary>Room for at least <paramref name="sizeHint"/> bytes, and for at least one.</summary>
    public Memory<byte> Room(int sizeHint)
    {
        if (_tail is null || _tail.Free < Math.Max(sizeHint, 1))
        {
            Add(memory.Rent(sizeHint));
        }

        return _tail!.Room;
    }

    public void Advance(int bytes)
    {
        if (bytes < 0 || bytes > (_tail?.Free ?? 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(bytes), bytes, $"At most the {_tail?.Free ?? 0} bytes that GetMemory gave.");
        }

        _tail?.Fill(bytes);
        Length += bytes;
    }

    public void Clear()
    {
        while (_head is { } segment)
        {
            _head = segment.Following;
            memory.Return(segment);
        }

        _tail = null;
        Length = 0;
    }

    private void Add(ByteSegment segment)
    {
        if (_tail is null)
        {
            _head = segment;
        }
        else
        {
            segment.PutAfter(_tail);
        }

        _tail = segment;
    }
}
