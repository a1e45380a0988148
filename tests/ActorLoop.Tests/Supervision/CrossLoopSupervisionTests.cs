using ActorLoop.SupervisionContract;

namespace ActorLoop.Tests.Supervision;

/// <summary>The contract of supervision, with every child on another loop than its supervisor.</summary>
public sealed class CrossLoopSupervisionTests : SupervisionSuite
{
    protected override ISupervisionWorld CreateWorld() => new LoopWorld(loops: 2);
}
