namespace ActorLoop;

/// <summary>What happens to a child process and its pipes. Mirrors asyncio's <c>SubprocessProtocol</c>.</summary>
/// <remarks>
/// <para>
/// Calls come in this order: <see cref="ConnectionMade"/>; then, for each pipe that is read, <see cref="PipeDataReceived"/> any
/// number of times and <see cref="PipeConnectionLost"/> once; <see cref="ProcessExited"/> once, before, between or after those;
/// and, when the child has exited and all its pipes have ended, <see cref="BaseProtocol.ConnectionLost"/>.
/// </para>
/// <para>
/// A child may leave children of its own behind that hold its pipes open: <see cref="ProcessExited"/> comes all the same, the end
/// of the pipes when the last of them lets go. <see cref="IBaseTransport.Close"/> does not wait for that.
/// </para>
/// <para><see cref="BaseProtocol.PauseWriting"/> and <see cref="BaseProtocol.ResumeWriting"/> speak of the child's input.</para>
/// </remarks>
public abstract class SubprocessProtocol : BaseProtocol
{
    /// <summary>The child was started and its pipes are connected: the first call this protocol gets.</summary>
    /// <param name="transport">The child.</param>
    public virtual void ConnectionMade(ISubprocessTransport transport)
    {
    }

    /// <summary>The child has written something.</summary>
    /// <param name="descriptor">Where to: 1 for its output, 2 for its errors.</param>
    /// <param name="data">At least one byte, valid during this call only.</param>
    public virtual void PipeDataReceived(int descriptor, ReadOnlySpan<byte> data)
    {
    }

    /// <summary>A pipe has ended.</summary>
    /// <param name="descriptor">Which: 0, 1 or 2.</param>
    /// <param name="exception">
    /// Null after an end in order; the error when bytes for the child's input were lost, or what a callback threw.
    /// </param>
    public virtual void PipeConnectionLost(int descriptor, Exception? exception)
    {
    }

    /// <summary>
    /// The child has exited; <see cref="ISubprocessTransport.ReturnCode"/> is there. What it has written may still follow.
    /// </summary>
    public virtual void ProcessExited()
    {
    }
}
