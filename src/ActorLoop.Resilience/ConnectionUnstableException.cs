namespace ActorLoop.Resilience;

/// <summary>A connection was made, and lost before it counted as stable.</summary>
public sealed class ConnectionUnstableException : IOException
{
    /// <summary>Creates the exception.</summary>
    public ConnectionUnstableException()
        : this("A connection was lost before it counted as stable.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was lost.</param>
    public ConnectionUnstableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was lost.</param>
    /// <param name="innerException">Why it was lost.</param>
    public ConnectionUnstableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
