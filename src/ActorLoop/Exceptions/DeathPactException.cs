namespace ActorLoop;

/// <summary>A watched actor ended, and its watcher does not say what to do about it: the watcher fails.</summary>
public sealed class DeathPactException : Exception
{
    /// <summary>Creates the exception.</summary>
    public DeathPactException()
        : this("A watched actor ended, and its watcher does not handle that.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    public DeathPactException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    /// <param name="innerException">The cause.</param>
    public DeathPactException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
