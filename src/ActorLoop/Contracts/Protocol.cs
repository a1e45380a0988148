namespace ActorLoop;

/// <summary>A protocol that is given the bytes a stream transport received. Mirrors asyncio's <c>Protocol</c>.</summary>
public abstract class Protocol : StreamProtocol
{
    /// <summary>Bytes arrived.</summary>
    /// <param name="data">
    /// At least one byte, valid during this call only: it points into the buffer the loop reads into. Copy what must live longer.
    /// Writing it, or a part of it, to a transport of the same loop copies nothing.
    /// </param>
    public virtual void DataReceived(ReadOnlySpan<byte> data)
    {
    }
}
