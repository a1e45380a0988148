using Xunit;

namespace ActorLoop.Akka.Tests.Kit;

/// <summary>Tests that count the descriptors of the process: alone, because the others open some.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Census
{
    public const string Name = "census";
}
