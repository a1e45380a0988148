using ActorLoop.Benchmarks.Actors;

namespace ActorLoop.Benchmarks.Parts;

/// <summary>Every part that is measured, in the order of the table.</summary>
internal static class PartCatalog
{
    /// <summary>Factories instead of parts, because a part holds a loop from the moment it exists.</summary>
    public static IReadOnlyList<Func<Part>> All { get; } =
    [
        () => new OwnThreadPost(),
        () => new OwnThreadPostWithState(),
        () => new CallSoonChain(1),
        () => new CallSoonChain(100),
        () => new ForeignFlood(1),
        () => new ForeignFlood(2),
        () => new CrossLoopPingPong(),
        () => new TimerAddCancel(),
        () => new TimerAddFire(),
        () => new AwaitResume(1),
        () => new AwaitResume(100),
        () => new FutureRoundTrip(),
        () => new TaskSpawn(),
    ];

    public static IReadOnlyList<Func<Part>> Actors { get; } =
    [
        () => new ActorPingPong(loops: 1, balls: 1),
        () => new ActorPingPong(loops: 1, balls: 100),
        () => new ActorPingPong(loops: 2, balls: 1),
        () => new ActorPingPong(loops: 2, balls: 100),
        () => new ActorAwaiting(),
        () => new ActorAsk(),
        () => new ActorSpawnStop(),
    ];
}
