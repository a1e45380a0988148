namespace ActorLoop.Supervision;

/// <summary>Something that stands in the mailbox between two messages, and may turn out to be void when its turn comes.</summary>
/// <param name="position">How many messages come before it, counted from the first ever.</param>
/// <param name="source">A timer, or somebody who was watched.</param>
/// <param name="flags">What is known about the end of somebody watched.</param>
internal readonly struct Notice(long position, object source, int flags)
{
    public readonly long Position = position;
    public readonly object Source = source;
    public readonly int Flags = flags;
}
