namespace ActorLoop;

/// <summary>Who waits for the operating system on behalf of the loops of a group.</summary>
public enum SelectorSharing
{
    /// <summary>
    /// Every loop waits on its own thread with a selector of its own. The default, and the faster one.
    /// </summary>
    PerLoop,

    /// <summary>
    /// One more thread waits for all loops and posts readiness to the loop that owns the descriptor. Every event costs
    /// a hop between threads.
    /// </summary>
    Shared,
}
