namespace ActorLoop;

/// <summary>What became of a message.</summary>
public enum TellResult
{
    /// <summary>It is in the mailbox.</summary>
    Accepted,

    /// <summary>The mailbox is bounded and full; the message was not accepted.</summary>
    Full,

    /// <summary>The actor or its loop is gone; the message counts as a dead letter.</summary>
    Dead,
}
