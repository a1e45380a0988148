namespace ActorLoop;

/// <summary><c>PreRestart</c> threw the inner exception. It is reported, and the restart goes on.</summary>
public sealed class PreRestartException : ChildInitializationException
{
    /// <summary>Creates the exception.</summary>
    public PreRestartException()
        : this("PreRestart failed.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    public PreRestartException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    /// <param name="innerException">The cause.</param>
    public PreRestartException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
