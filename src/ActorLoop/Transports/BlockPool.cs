namespace ActorLoop.Transports;

/// <summary>Pinned blocks for unsent bytes, of one loop: no lock, and the kernel reads them where they are.</summary>
internal sealed class BlockPool
{
    public const int BlockSize = 16 * 1024;
    private const int MaxKept = 256;

    private readonly Stack<byte[]> _free = new();

    public byte[] Rent() => _free.TryPop(out byte[]? block) ? block : GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

    public void Return(byte[] block)
    {
        // A burst of slow readers must not pin memory for ever.
        if (_free.Count < MaxKept)
        {
            _free.Push(block);
        }
    }
}
