namespace ActorLoop;

/// <summary>The actor that should have answered is gone.</summary>
public sealed class ActorTerminatedException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    public ActorTerminatedException()
        : this("The actor that should have answered is gone.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    public ActorTerminatedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    /// <param name="innerException">The cause.</param>
    public ActorTerminatedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
