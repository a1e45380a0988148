namespace ActorLoop;

/// <summary>
/// Thrown by a callback to end the run: it leaves <see cref="EventLoop.RunForever"/> instead of going to the exception handler.
/// Takes the place of Python's SystemExit and KeyboardInterrupt.
/// </summary>
/// <remarks>The loop stays usable: what was queued waits for the next run.</remarks>
public class FatalLoopException : Exception
{
    /// <summary>Creates the exception.</summary>
    public FatalLoopException()
        : this("A callback asked to end the run of its event loop.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Why the run must end.</param>
    public FatalLoopException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Why the run must end.</param>
    /// <param name="innerException">The cause.</param>
    public FatalLoopException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
