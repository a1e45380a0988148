namespace ActorLoop;

/// <summary>A bounded mailbox holds as many posts of other threads as it may; the post was not accepted.</summary>
/// <remarks>Use <see cref="EventLoop.TryPost(Action)"/> to be told without an exception.</remarks>
public sealed class MailboxFullException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    public MailboxFullException()
        : this("The mailbox of the event loop is full.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which mailbox, and its capacity.</param>
    public MailboxFullException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which mailbox, and its capacity.</param>
    /// <param name="innerException">The cause.</param>
    public MailboxFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
