namespace ActorLoop;

/// <summary>
/// The system cannot send this file to this connection by itself, and reading and writing it was not allowed. Mirrors asyncio's
/// <c>SendfileNotAvailableError</c>.
/// </summary>
public sealed class SendFileNotAvailableException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    public SendFileNotAvailableException()
        : this("The system cannot send this file to this connection by itself.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What cannot be sent, and why.</param>
    public SendFileNotAvailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What cannot be sent, and why.</param>
    /// <param name="innerException">The cause.</param>
    public SendFileNotAvailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
