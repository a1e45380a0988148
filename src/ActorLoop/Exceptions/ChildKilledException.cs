namespace ActorLoop;

/// <summary>An actor was killed by <see cref="ActorRef.Kill"/>: it fails with this exception.</summary>
public sealed class ChildKilledException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ChildKilledException()
        : this("The actor was killed.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    public ChildKilledException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and to which actor.</param>
    /// <param name="innerException">The cause.</param>
    public ChildKilledException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
