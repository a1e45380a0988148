using ActorLoop.SupervisionContract;
using Xunit;

namespace ActorLoop.Akka.Tests.Contract;

/// <summary>The cases of the built-in engine, with Akka.NET's strategies deciding on actors that run on a loop.</summary>
[Collection(StandingClock.Name)]
public sealed class AkkaSupervisionContract : SupervisionSuite
{
    protected override ISupervisionWorld CreateWorld() => new AkkaWorld();
}
