namespace ActorLoop.Benchmarks.Parts;

/// <summary>Callbacks that schedule themselves again: one chain takes a whole turn per callback, many share it.</summary>
internal sealed class CallSoonChain : LoopPart
{
    public const int Total = 1_000_000;
    private readonly int _chains;
    private readonly Action _link;
    private int _toStart;
    private int _toRun;

    public CallSoonChain(int chains)
    {
        _chains = chains;
        _link = Link;
    }

    public override string Name => _chains == 1 ? "CallSoon chain" : $"CallSoon, {_chains} chains at once";

    public override int Operations => Total;

    public override double? GoalPerSecond => 15e6;

    protected override void Begin()
    {
        _toRun = Total;
        _toStart = Total - _chains;
        for (int i = 0; i < _chains; i++)
        {
            Loop.CallSoon(_link);
        }
    }

    private void Link()
    {
        if (_toStart > 0)
        {
            _toStart--;
            Loop.CallSoon(_link);
        }

        if (--_toRun == 0)
        {
            Loop.Stop();
        }
    }
}
