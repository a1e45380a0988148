using System.Buffers;

namespace ActorLoop.Streams;

/// <summary>Bytes that were written to a pipe and not yet flushed.</summary>
internal sealed class PipeWriterBlocks(StreamMemory memory)
{
    private ByteSegment? _head;
    private ByteSegment? _tail;

    public long Length { get; private set; }

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
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, $"At most the {_tail?.Free ?? 0} bytes that GetMemory gave.");
        }

        _tail?.Fill(bytes);
        Length += bytes;
    }

    public void WriteTo(ITransport transport)
    {
        if (_head is null)
        {
            return;
        }

        if (_head == _tail)
        {
            transport.Write(_head.Bytes);
        }
        else
        {
            transport.Write(new ReadOnlySequence<byte>(_head, 0, _tail!, _tail!.End));
        }

        Clear();
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
