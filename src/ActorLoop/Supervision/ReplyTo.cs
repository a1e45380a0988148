namespace ActorLoop;

/// <summary>Where the answer to one <see cref="ActorRef{TMessage}.AskAsync{TReply}"/> goes. The first answer counts.</summary>
/// <typeparam name="TReply">Type of the answer.</typeparam>
/// <remarks>Thread: any. It may be kept, and passed on to another actor that answers instead.</remarks>
public abstract class ReplyTo<TReply>
{
    private protected ReplyTo()
    {
    }

    /// <summary>Whether an answer was given, or nobody waits for one any more.</summary>
    public abstract bool IsCompleted { get; }

    /// <summary>Answers.</summary>
    /// <param name="reply">The answer.</param>
    /// <returns>False if it comes too late; it is dropped then.</returns>
    public abstract bool Send(TReply reply);

    /// <summary>Answers with an exception, which the one who asked gets thrown.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>False if it comes too late; it is dropped then.</returns>
    public abstract bool Fail(Exception exception);
}
