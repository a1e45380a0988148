namespace ActorLoop;

/// <summary>A child could not be started: its factory or <c>PreStart</c> threw the inner exception.</summary>
public class ChildInitializationException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ChildInitializationException()
        : this("A child could not be started.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    public ChildInitializationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    /// <param name="innerException">The cause.</param>
    public ChildInitializationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
