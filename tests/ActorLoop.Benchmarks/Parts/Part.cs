namespace ActorLoop.Benchmarks.Parts;

/// <summary>A measured body, written once and run by both BenchmarkDotNet and the <c>parts</c> verb.</summary>
internal abstract class Part : IDisposable
{
    public abstract string Name { get; }

    /// <summary>Operations of one <see cref="Run"/>; enough of them that starting and stopping the loop does not show.</summary>
    public abstract int Operations { get; }

    /// <summary>Operations per second that the project wants to reach, where it has said so.</summary>
    public virtual double? GoalPerSecond => null;

    public abstract void Run();

    public abstract void Dispose();
}
