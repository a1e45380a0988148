namespace ActorLoop.Benchmarks.Compare;

/// <summary>The answer to "can this machine run that peer?": the peer, or the reason why not.</summary>
internal sealed record PeerLookup(Peer? Peer, string WhyAbsent)
{
    public static PeerLookup Found(Peer peer) => new(peer, "");

    public static PeerLookup Absent(string reason) => new(null, reason);
}
