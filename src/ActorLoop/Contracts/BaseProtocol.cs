namespace ActorLoop;

/// <summary>
/// What all protocols share: the end of the connection and flow control. Mirrors asyncio's <c>BaseProtocol</c>.
/// </summary>
/// <remarks>All members are called on the loop's thread, one at a time.</remarks>
public abstract class BaseProtocol
{
    /// <summary>The connection is over: the last call this protocol gets, and it gets it exactly once.</summary>
    /// <param name="exception">
    /// Null after a local close or abort and after a clean end of stream; the socket error after a reset; the protocol's own
    /// exception
    /// when one of its callbacks threw.
    /// </param>
    public virtual void ConnectionLost(Exception? exception)
    {
    }

    /// <summary>
    /// More than the high-water mark is buffered: stop writing. Called inside the write that went over it, once, until
    /// <see cref="ResumeWriting"/>.
    /// </summary>
    public virtual void PauseWriting()
    {
    }

    /// <summary>
    /// The buffer is down to the low-water mark: write again. Strictly alternates with <see cref="PauseWriting"/>.
    /// </summary>
    public virtual void ResumeWriting()
    {
    }
}
