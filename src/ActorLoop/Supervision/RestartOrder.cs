namespace ActorLoop.Supervision;

/// <summary>Tells a child to wind down for a restart.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Group">Those it starts with; null when it starts alone.</param>
internal sealed record RestartOrder(Exception Cause, RestartGroup? Group);
