namespace ActorLoop;

/// <summary>Which loop of a group gets an accepted connection.</summary>
public enum ConnectionPlacement
{
    /// <summary>
    /// One loop accepts and hands each connection to the loop that has the fewest. Exact balance, one post per connection. The
    /// default.
    /// </summary>
    LeastLoaded,

    /// <summary>
    /// Every loop listens on a socket of its own with SO_REUSEPORT, and the system spreads the connections by hash: no
    /// hand-over, but
    /// uneven for few connections, and connections queued on a listener that closes are reset by the system.
    /// </summary>
    ReusePort,
}
