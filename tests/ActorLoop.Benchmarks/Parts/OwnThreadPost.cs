namespace ActorLoop.Benchmarks.Parts;

/// <summary>Posting and running on the loop's own thread, a batch per turn.</summary>
internal sealed class OwnThreadPost : LoopPart
{
    public const int Total = 2_000_000;
    private const int Batch = 1_000;
    private readonly Action _count;
    private int _inBatch;
    private int _left;

    public OwnThreadPost() => _count = Count;

    public override string Name => "Post and run on the loop's own thread";

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
            Loop.Post(_count);
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
