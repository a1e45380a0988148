using System.Buffers;

namespace ActorLoop.Streams;

/// <summary>One block of bytes, as a link of a sequence.</summary>
internal sealed class ByteSegment : ReadOnlySequenceSegment<byte>
{
    private byte[] _block = [];

    public int End { get; private set; }

    public long Index => RunningIndex;

    public int Free => _block.Length - End;

    public Memory<byte> Room => _block.AsMemory(End);

    public ByteSegment? Following => (ByteSegment?)Next;

    public ReadOnlySpan<byte> Bytes => _block.AsSpan(0, End);

    public void Open(byte[] block)
    {
        _block = block;
        End = 0;
        Memory = default;
    }

    /// <summary>Takes as much as has room, and says how much that was.</summary>
    public int Append(ReadOnlySpan<byte> data)
    {
        int length = Math.Min(data.Length, Free);
        data[..length].CopyTo(_block.AsSpan(End));
        Fill(length);
        return length;
    }

    /// <summary>Counts bytes that were put into <see cref="Room"/>.</summary>
    public void Fill(int count)
    {
        End += count;
        Memory = _block.AsMemory(0, End);
    }

    public void PutAfter(ByteSegment previous)
    {
        RunningIndex = previous.RunningIndex + previous.End;
        previous.Next = this;
    }

    /// <summary>Gives the block back; the segment is empty and alone then.</summary>
    public byte[] Close()
    {
        byte[] block = _block;
        _block = [];
        End = 0;
        Memory = default;
        Next = null;
        RunningIndex = 0;
        return block;
    }
}
