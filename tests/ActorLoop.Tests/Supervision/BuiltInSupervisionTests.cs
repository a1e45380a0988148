using ActorLoop.SupervisionContract;

namespace ActorLoop.Tests.Supervision;

/// <summary>The contract of supervision, with supervisor and children on one loop.</summary>
public sealed class BuiltInSupervisionTests : SupervisionSuite
{
    protected override ISupervisionWorld CreateWorld() => new LoopWorld(loops: 1);
}
