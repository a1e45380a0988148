using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.Parts;

/// <summary>What one part reached over its rounds.</summary>
internal sealed record PartResult(string Name, Spread PerSecond, double BytesPerOperation, double? GoalPerSecond)
{
    public double NanosecondsPerOperation => 1e9 / PerSecond.Median;

    public bool? ReachesGoal => GoalPerSecond is { } goal ? PerSecond.Median >= goal : null;
}
