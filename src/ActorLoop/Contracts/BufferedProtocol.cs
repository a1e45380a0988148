namespace ActorLoop;

/// <summary>
/// A protocol that owns the buffer a stream transport receives into. Mirrors asyncio's <c>BufferedProtocol</c>.
/// </summary>
public abstract class BufferedProtocol : StreamProtocol
{
    /// <summary>Asks for room for what has arrived.</summary>
    /// <param name="sizeHint">Recommended minimum in bytes, or -1 for any size.</param>
    /// <returns>A buffer of at least one byte; the transport writes to its start and calls <see cref="BufferUpdated"/>.</returns>
    public abstract Memory<byte> GetBuffer(int sizeHint);

    /// <summary>Bytes arrived in the buffer that <see cref="GetBuffer"/> returned.</summary>
    /// <param name="count">How many; at least one.</param>
    public abstract void BufferUpdated(int count);
}
