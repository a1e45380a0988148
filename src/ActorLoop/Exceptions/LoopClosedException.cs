namespace ActorLoop;

/// <summary>
/// The loop is closed and takes no more work. Where asyncio raises <c>RuntimeError("Event loop is closed")</c>.
/// </summary>
public sealed class LoopClosedException : ObjectDisposedException
{
    /// <summary>Creates the exception for an unnamed loop.</summary>
    public LoopClosedException()
        : this("loop")
    {
    }

    /// <summary>Creates the exception for a loop.</summary>
    /// <param name="loopName">Name of the closed loop.</param>
    public LoopClosedException(string loopName)
        : base(loopName, $"The event loop '{loopName}' is closed.")
    {
    }

    /// <summary>Creates the exception with a message and a cause.</summary>
    /// <param name="message">What was attempted.</param>
    /// <param name="innerException">The cause.</param>
    public LoopClosedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
