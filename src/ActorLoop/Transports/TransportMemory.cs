using System.Runtime.CompilerServices;

namespace ActorLoop.Transports;

/// <summary>The memory that the transports of one loop share: one buffer to receive into, and blocks for unsent bytes.</summary>
internal sealed class TransportMemory
{
    public const int ReceiveSize = 256 * 1024;

    private static readonly ConditionalWeakTable<EventLoop, TransportMemory> s_byLoop = [];

    private TransportMemory()
    {
    }

    /// <summary>Pinned, so that its address can be given to the kernel at any time.</summary>
    public byte[] Receive { get; } = GC.AllocateUninitializedArray<byte>(ReceiveSize, pinned: true);

    public BlockPool Blocks { get; } = new();

    public DatagramMemory Datagrams { get; } = new();

    public static TransportMemory Of(EventLoop loop) => s_byLoop.GetValue(loop, static _ => new TransportMemory());
}
