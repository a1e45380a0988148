namespace ActorLoop;

/// <summary>A coordinated shutdown ended early: a phase that must not fail did.</summary>
public sealed class ShutdownFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ShutdownFailedException()
        : this("The coordinated shutdown ended early.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public ShutdownFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What the tasks of the phase threw.</param>
    public ShutdownFailedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
