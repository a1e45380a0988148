namespace ActorLoop;

/// <summary>What <see cref="ActorRef{TMessage}.Tell"/> does when a bounded mailbox is full.</summary>
public enum MailboxOverflow
{
    /// <summary>Throws <see cref="MailboxFullException"/>.</summary>
    Throw,

    /// <summary>Drops the message, which counts as a dead letter.</summary>
    Drop,
}
