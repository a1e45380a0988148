using System.Runtime.CompilerServices;
using ActorLoop.Transports;

namespace ActorLoop.Streams;

/// <summary>
/// The memory that the streams of one loop share: the transports' blocks, and segments to hold them. No locks.
/// </summary>
internal sealed class StreamMemory
{
    private const int MaxKept = 256;

    private static readonly ConditionalWeakTable<EventLoop, StreamMemory> s_byLoop = [];

    private readonly Stack<ByteSegment> _free = new();

    private StreamMemory(TransportMemory transports) => Transports = transports;

    /// <summary>What the transports of the loop receive into and keep unsent bytes in.</summary>
    public TransportMemory Transports { get; }

    public static StreamMemory Of(EventLoop loop) =>
        s_byLoop.GetValue(loop, static loop => new StreamMemory(TransportMemory.Of(loop)));

    public ByteSegment Rent(int size = 0)
    {
        ByteSegment segment = _free.TryPop(out ByteSegment? kept) ? kept : new ByteSegment();
        bool fits = size <= BlockPool.BlockSize;
        segment.Open(fits ? Transports.Blocks.Rent() : GC.AllocateUninitializedArray<byte>(size));
        return segment;
    }

    public void Return(ByteSegment segment)
    {
        byte[] block = segment.Close();
        if (block.Length == BlockPool.BlockSize)
        {
            Transports.Blocks.Return(block);
        }

        if (_free.Count < MaxKept)
        {
            _free.Push(segment);
        }
    }
}
