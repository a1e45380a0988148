namespace ActorLoop;

/// <summary>
/// What is decided about a child happens to it and to those that were started after it: they stop in reverse order and start in order. OTP's addition; Akka has none.
/// </summary>
public sealed record RestForOneStrategy : SupervisorStrategy;
