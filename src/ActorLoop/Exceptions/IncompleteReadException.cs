namespace ActorLoop;

/// <summary>
/// The stream ended before all that was asked for had come. Mirrors asyncio's <c>IncompleteReadError</c>.
/// </summary>
public sealed class IncompleteReadException : EndOfStreamException
{
    /// <summary>Creates the exception.</summary>
    public IncompleteReadException()
        : this(ReadOnlyMemory<byte>.Empty, expected: null)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public IncompleteReadException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public IncompleteReadException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="partial">What had come; it is no longer in the stream.</param>
    /// <param name="expected">How many bytes were asked for, or null when it was a separator.</param>
    public IncompleteReadException(ReadOnlyMemory<byte> partial, int? expected)
        : base(expected is null
            ? $"The stream ended after {partial.Length} bytes, and no separator was among them."
            : $"The stream ended after {partial.Length} of {expected} bytes.")
    {
        Partial = partial;
        Expected = expected;
    }

    /// <summary>What had come; it is no longer in the stream.</summary>
    public ReadOnlyMemory<byte> Partial { get; }

    /// <summary>How many bytes were asked for, or null when it was a separator.</summary>
    public int? Expected { get; }
}
