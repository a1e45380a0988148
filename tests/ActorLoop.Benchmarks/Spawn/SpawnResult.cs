namespace ActorLoop.Benchmarks.Spawn;

/// <summary>What one peer did in every round.</summary>
internal sealed class SpawnResult(string name)
{
    public string Name => name;

    public List<double> PerSecond { get; } = [];
}
