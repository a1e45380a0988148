namespace ActorLoop;

/// <summary>
/// What is decided about one child happens to all of them: they stop in reverse order and start in order.
/// </summary>
public sealed record AllForOneStrategy : SupervisorStrategy;
