namespace ActorLoop.Benchmarks.Parts;

/// <summary>The same with a static callback and a state, the form that needs no closure.</summary>
internal sealed class OwnThreadPostWithState : LoopPart
{
    public const int Total = 2_000_000;
    private const int Batch = 1_000;
    private int _inBatch;
    private int _left;

    public override string Name => "Post with a state, on the loop's own thread";

    public override int Operations => Total;

    public override double? GoalPerSecond => 30e6;

    protected override void Begin()
    {
        _left = Total;
        PostBatch();
    }

    private void PostBatch()
    {
        _inBatch = Batch;
        for (int i = 0; i < Batch; i++)
        {
            Loop.Post(static state => ((OwnThreadPostWithState)state!).Count(), this);
        }
    }

    private void Count()
    {
        if (--_inBatch > 0)
        {
            return;
        }

        _left -= Batch;
        if (_left > 0)
        {
            PostBatch();
        }
        else
        {
            Loop.Stop();
        }
    }
}
