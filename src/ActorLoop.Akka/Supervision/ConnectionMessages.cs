namespace ActorLoop.Akka.Supervision;

/// <summary>A callback of the protocol threw.</summary>
internal sealed record ConnectionFailed(int Number, Exception Failure);

/// <summary>
/// Sent by the actor to itself before it throws: it arrives in the same incarnation only if the supervisor said Resume, for which
/// Akka.NET has no hook.
/// </summary>
internal sealed record FailureSettled(int Number);

/// <summary>The connection is over.</summary>
internal sealed record ConnectionEnded(Exception? Reason);
