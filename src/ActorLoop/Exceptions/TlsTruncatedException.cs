namespace ActorLoop;

/// <summary>
/// The peer ended the connection without saying so inside TLS: what was received may be only the beginning of what was sent,
/// because anybody on the way can end a connection.
/// </summary>
public sealed class TlsTruncatedException : IOException
{
    /// <summary>Creates the exception.</summary>
    public TlsTruncatedException()
        : this("The connection ended without TLS's close_notify: what was received may be cut off.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which connection ended, and how.</param>
    public TlsTruncatedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which connection ended, and how.</param>
    /// <param name="innerException">The cause.</param>
    public TlsTruncatedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
