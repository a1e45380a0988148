namespace ActorLoop;

/// <summary>A restart or stop of one child happens to all of them: they stop in reverse order and start in order.</summary>
public sealed record AllForOneStrategy : SupervisorStrategy;
