namespace ActorLoop;

/// <summary>
/// A protocol kept writing after its transport had buffered the hard cap of <see cref="WriteBufferLimits.Cap"/> bytes: the peer
/// does not read, <c>PauseWriting</c> was ignored, and the connection was aborted to save the process.
/// </summary>
public sealed class WriteBufferOverflowException : IOException
{
    /// <summary>Creates the exception.</summary>
    public WriteBufferOverflowException()
        : this("The write buffer of a transport is over its hard cap.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">How much was buffered and what the cap is.</param>
    public WriteBufferOverflowException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">How much was buffered and what the cap is.</param>
    /// <param name="innerException">The cause.</param>
    public WriteBufferOverflowException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
