namespace ActorLoop;

/// <summary>
/// A restart or stop of a child happens to it and to those that were started after it: they stop in reverse
/// order and start in order. An addition of OTP's; Akka has none.
/// </summary>
public sealed record RestForOneStrategy : SupervisorStrategy;
