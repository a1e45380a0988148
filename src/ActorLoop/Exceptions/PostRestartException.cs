namespace ActorLoop;

/// <summary>A child could not be started again: its factory or <c>PostRestart</c> threw the inner exception.</summary>
public sealed class PostRestartException : ChildInitializationException
{
    /// <summary>Creates the exception.</summary>
    public PostRestartException()
        : this("A child could not be started again.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    public PostRestartException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    /// <param name="innerException">The cause.</param>
    public PostRestartException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
