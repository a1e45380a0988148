namespace ActorLoop;

/// <summary>Only the child that failed is resumed, restarted or stopped.</summary>
public sealed record OneForOneStrategy : SupervisorStrategy;
