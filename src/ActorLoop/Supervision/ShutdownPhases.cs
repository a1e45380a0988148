namespace ActorLoop;

/// <summary>
/// The phases of <see cref="CoordinatedShutdown"/>, in their order. Names are Akka's where Akka has them; its phases of a cluster
/// have no place here.
/// </summary>
public static class ShutdownPhases
{
    /// <summary>Nothing has changed yet: for hooks of the user, such as leaving a load balancer.</summary>
    public const string BeforeServiceUnbind = "before-service-unbind";

    /// <summary>Servers stop to accept and unbind.</summary>
    public const string ServiceUnbind = "service-unbind";

    /// <summary>Requests that are being served are awaited: what a request is, only the user knows.</summary>
    public const string ServiceRequestsDone = "service-requests-done";

    /// <summary>Accepted connections are closed, after what they have buffered was sent.</summary>
    public const string ServiceStop = "service-stop";

    /// <summary>Accepted connections that are left are aborted. Akka has no such phase.</summary>
    public const string ServiceAbort = "service-abort";

    /// <summary>The loops still run: for hooks of the user, such as closing a database.</summary>
    public const string BeforeActorSystemTerminate = "before-actor-system-terminate";

    /// <summary>Actors stop, then the loops.</summary>
    public const string ActorSystemTerminate = "actor-system-terminate";

    /// <summary>All of them, each with five seconds, and 30 for the last.</summary>
    public static IReadOnlyList<ShutdownPhase> Default { get; } =
    [
        new(BeforeServiceUnbind),
        new(ServiceUnbind),
        new(ServiceRequestsDone),
        new(ServiceStop),
        new(ServiceAbort),
        new(BeforeActorSystemTerminate),
        new(ActorSystemTerminate) { Timeout = TimeSpan.FromSeconds(30) },
    ];
}
