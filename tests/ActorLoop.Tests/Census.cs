using Xunit;

namespace ActorLoop.Tests;

/// <summary>
/// Tests that look at what belongs to the whole process: its descriptors, environment, standard error or memory. They run alone,
/// one after the other, when all other classes have ended.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Census
{
    public const string Name = "census";
}
