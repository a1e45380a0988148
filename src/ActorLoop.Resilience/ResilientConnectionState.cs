namespace ActorLoop.Resilience;

/// <summary>What a resilient connection is doing.</summary>
public enum ResilientConnectionState
{
    /// <summary>It connects, or waits before it tries again.</summary>
    Connecting,

    /// <summary>There is a connection.</summary>
    Connected,

    /// <summary>It has ended: it was closed, or its supervisor stopped it after the pipeline gave up.</summary>
    Closed,
}
