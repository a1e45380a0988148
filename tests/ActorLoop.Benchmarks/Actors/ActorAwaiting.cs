using ActorLoop.Benchmarks.Parts;

namespace ActorLoop.Benchmarks.Actors;

/// <summary>An actor that awaits in every message, so that each takes two turns.</summary>
internal sealed class ActorAwaiting : LoopPart
{
    public const int Total = 200_000;
    private readonly ActorRef<int> _actor;

    public ActorAwaiting() => _actor = Loop.Spawn(() => new Waiting());

    public override string Name => "Messages that await";

    public override int Operations => Total;

    protected override void Begin() => _actor.Tell(Total);

    private sealed class Waiting : Actor<int>
    {
        protected override async ValueTask ReceiveAsync(int message)
        {
            await Task.Yield();
            if (message == 0)
            {
                Context.Loop.Stop();
            }
            else
            {
                Context.Self.Tell(message - 1);
            }
        }
    }
}
