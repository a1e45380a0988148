using ActorLoop.Benchmarks.Parts;

namespace ActorLoop.Benchmarks.Actors;

/// <summary>A task that asks an actor of its loop, one question after the other, with a time limit.</summary>
internal sealed class ActorAsk : LoopPart
{
    public const int Total = 100_000;
    private readonly ActorRef<ReplyTo<int>> _actor;

    public ActorAsk() => _actor = Loop.Spawn(() => new Answering());

    public override string Name => "Ask and answer";

    public override int Operations => Total;

    protected override void Begin() => Loop.CreateTask(async _ =>
    {
        for (int i = 0; i < Total; i++)
        {
            await _actor.AskAsync<int>(static reply => reply, TimeSpan.FromSeconds(10), CancellationToken.None);
        }

        Loop.Stop();
    });

    private sealed class Answering : Actor<ReplyTo<int>>
    {
        protected override void Receive(ReplyTo<int> message) => message.Send(1);
    }
}
