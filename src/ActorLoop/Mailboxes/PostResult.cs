namespace ActorLoop.Mailboxes;

/// <summary>What became of a post.</summary>
internal enum PostResult
{
    Accepted,
    Full,
    Closed,
}
