namespace ActorLoop.Resilience;

/// <summary>What a retry sees as the failure of a permanent child that ended by itself.</summary>
public sealed class ChildEndedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ChildEndedException()
        : this("A permanent child ended by itself.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Who ended.</param>
    public ChildEndedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Who ended.</param>
    /// <param name="innerException">Why.</param>
    public ChildEndedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
