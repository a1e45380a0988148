using System.Runtime.CompilerServices;

namespace ActorLoop.Transports;

/// <summary>Blocks to receive into, one for each connection of a loop over completions: the system writes into them at any time.</summary>
internal sealed class CompletionMemory
{
    /// <summary>As in asyncio's loop of this kind.</summary>
    public const int BlockSize = 64 * 1024;
    private const int MaxKept = 64;

    private static readonly ConditionalWeakTable<EventLoop, CompletionMemory> s_byLoop = [];

    private readonly Stack<byte[]> _free = new();

    private CompletionMemory()
    {
    }

    public static CompletionMemory Of(EventLoop loop) => s_byLoop.GetValue(loop, static _ => new CompletionMemory());

    public byte[] Rent() => _free.TryPop(out byte[]? block) ? block : GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

    /// <summary>Only when no operation has the block any more.</summary>
    public void Return(byte[] block)
    {
        if (_free.Count < MaxKept)
        {
            _free.Push(block);
        }
    }
}
