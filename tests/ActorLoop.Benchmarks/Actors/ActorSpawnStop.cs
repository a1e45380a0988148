using ActorLoop.Benchmarks.Parts;

namespace ActorLoop.Benchmarks.Actors;

/// <summary>Actors that are spawned, get one message, and end.</summary>
internal sealed class ActorSpawnStop : LoopPart
{
    public const int Total = 100_000;
    private const int AtOnce = 1000;
    private readonly Func<Actor<int>> _factory;
    private int _toSpawn;
    private int _toEnd;

    public ActorSpawnStop() => _factory = () => new Ephemeral(this);

    public override string Name => "Spawn, one message, stop";

    public override int Operations => Total;

    public override double? GoalPerSecond => 100e3;

    protected override void Begin()
    {
        _toSpawn = Total;
        _toEnd = Total;
        for (int i = 0; i < AtOnce; i++)
        {
            SpawnOne();
        }
    }

    private void SpawnOne()
    {
        _toSpawn--;
        Loop.Spawn(_factory).Tell(1);
    }

    private void Ended()
    {
        if (--_toEnd == 0)
        {
            Loop.Stop();
        }
        else if (_toSpawn > 0)
        {
            SpawnOne();
        }
    }

    private sealed class Ephemeral(ActorSpawnStop part) : Actor<int>
    {
        protected override void Receive(int message) => Context.StopSelf();

        protected override void PostStop() => part.Ended();
    }
}
