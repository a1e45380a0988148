namespace ActorLoop.Benchmarks.Spawn;

/// <summary>How many children, how many of them at a time, and how many before the clock starts.</summary>
internal sealed record SpawnLoad(int Count, int InFlight, int WarmUp, string Program);
