namespace ActorLoop;

/// <summary>
/// More bytes than allowed came before a separator. They stay in the stream. Mirrors asyncio's
/// <c>LimitOverrunError</c>.
/// </summary>
public sealed class LimitOverrunException : IOException
{
    /// <summary>Creates the exception.</summary>
    public LimitOverrunException()
        : base("More bytes than allowed came.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public LimitOverrunException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public LimitOverrunException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened; names the limit.</param>
    /// <param name="consumed">How many bytes can be read without touching a separator.</param>
    /// <param name="limit">The limit that was passed.</param>
    public LimitOverrunException(string message, int consumed, int limit)
        : base(message)
    {
        Consumed = consumed;
        Limit = limit;
    }

    /// <summary>How many bytes can be read and thrown away without touching a separator.</summary>
    public int Consumed { get; }

    /// <summary>The limit that was passed, in bytes.</summary>
    public int Limit { get; }
}
