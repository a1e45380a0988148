using System.Buffers;

namespace ActorLoop.TestKit;

/// <summary>Builds sequences of several pieces.</summary>
public static class Pieces
{
    public static ReadOnlySequence<byte> Of(params IReadOnlyList<byte[]> pieces)
    {
        if (pieces.Count == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        var first = new Piece(pieces[0], 0);
        Piece last = first;
        for (int i = 1; i < pieces.Count; i++)
        {
            last = last.Append(pieces[i]);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>The same bytes, cut into pieces of random sizes, some of them empty.</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, Random random, int maxPiece)
    {
        List<byte[]> pieces = [];
        for (int start = 0; start < bytes.Length;)
        {
            int length = Math.Min(random.Next(maxPiece + 1), bytes.Length - start);
            pieces.Add(bytes[start..(start + length)]);
            start += length;
        }

        return Of(pieces);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long index)
        {
            Memory = bytes;
            RunningIndex = index;
        }

        public Piece Append(byte[] bytes)
        {
            var next = new Piece(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
