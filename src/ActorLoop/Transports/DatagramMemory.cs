using System.Diagnostics.CodeAnalysis;

namespace ActorLoop.Transports;

/// <summary>What the datagram transports of one loop share, made when the first of them needs it.</summary>
internal sealed class DatagramMemory
{
    // No UDP datagram is longer than a slot of the first; Unix sockets have no such limit, so theirs are as asyncio's.
    private const int InternetSlots = 32;
    private const int InternetSlotSize = 64 * 1024;
    private const int UnixSlots = 8;
    private const int UnixSlotSize = 256 * 1024;

    private ReceiveBatch? _internet;
    private ReceiveBatch? _unix;
    private SendBatch? _send;

    public ReceiveBatch Internet => _internet ??= new ReceiveBatch(InternetSlots, InternetSlotSize);

    public ReceiveBatch Unix => _unix ??= new ReceiveBatch(UnixSlots, UnixSlotSize);

    public SendBatch Send => _send ??= new SendBatch();

    /// <summary>
    /// Whether bytes lie where a batch was received, so that they stay as they are until the current message ends.
    /// </summary>
    public bool Owns(ReadOnlySpan<byte> data, [NotNullWhen(true)] out byte[]? slab, out int offset)
    {
        if (_internet is not null && _internet.Owns(data, out offset))
        {
            slab = _internet.Slab;
            return true;
        }

        if (_unix is not null && _unix.Owns(data, out offset))
        {
            slab = _unix.Slab;
            return true;
        }

        (slab, offset) = (null, 0);
        return false;
    }

    public bool IsSlab(byte[] array) => array == _internet?.Slab || array == _unix?.Slab;
}
