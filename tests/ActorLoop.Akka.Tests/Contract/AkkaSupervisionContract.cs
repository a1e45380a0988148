using ActorLoop.SupervisionContract;

namespace ActorLoop.Akka.Tests.Contract;

/// <summary>The cases of the built-in engine, with Akka.NET's strategies deciding on actors that run on a loop.</summary>
public sealed class AkkaSupervisionContract : SupervisionSuite
{
    protected override ISupervisionWorld CreateWorld() => new AkkaWorld();
}
