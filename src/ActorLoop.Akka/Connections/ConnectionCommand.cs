using Akka.Actor;

namespace ActorLoop.Akka;

/// <summary>What an actor tells a connection: send it to <see cref="ConnectionEvent.Connection"/>.</summary>
public abstract record ConnectionCommand : INoSerializationVerificationNeeded
{
    private ConnectionCommand()
    {
    }

    /// <summary>Sends bytes in order. Dropped once the connection closes.</summary>
    /// <param name="Data">The bytes; they must not change any more.</param>
    public sealed record Write(ReadOnlyMemory<byte> Data) : ConnectionCommand;

    /// <summary>Ends the sending direction after what is buffered; receiving goes on.</summary>
    public sealed record WriteEof : ConnectionCommand;

    /// <summary>Sends what is buffered, then ends the connection.</summary>
    public sealed record Close : ConnectionCommand;

    /// <summary>Ends the connection at once.</summary>
    public sealed record Abort : ConnectionCommand;

    /// <summary>Delivers nothing more until <see cref="ResumeReading"/>.</summary>
    public sealed record PauseReading : ConnectionCommand;

    /// <summary>Delivers again, as far as what is acknowledged allows.</summary>
    public sealed record ResumeReading : ConnectionCommand;

    /// <summary>So many of the bytes that were received are worked on.</summary>
    public sealed record Acknowledge : ConnectionCommand
    {
        /// <summary>Creates the command.</summary>
        /// <param name="bytes">How many.</param>
        /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
        public Acknowledge(int bytes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(bytes);
            Bytes = bytes;
        }

        /// <summary>How many.</summary>
        public int Bytes { get; }
    }
}
