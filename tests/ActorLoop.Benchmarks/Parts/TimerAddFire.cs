namespace ActorLoop.Benchmarks.Parts;

/// <summary>10 000 timers of one millisecond that set themselves again: more than a loop can fire, so it never waits.</summary>
internal sealed class TimerAddFire : LoopPart
{
    public const int Total = 1_000_000;
    private const int Live = 10_000;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(1);
    private readonly Action _fire;
    private int _toAdd;
    private int _toFire;

    public TimerAddFire() => _fire = Fire;

    public override string Name => $"Timer add and fire, {Live} live";

    public override int Operations => Total;

    public override double? GoalPerSecond => 4e6;

    protected override void Begin()
    {
        _toFire = Total;
        _toAdd = Total - Live;
        for (int i = 0; i < Live; i++)
        {
            Loop.CallLater(Delay, _fire);
        }
    }

    private void Fire()
    {
        if (_toAdd > 0)
        {
            _toAdd--;
            Loop.CallLater(Delay, _fire);
        }

        if (--_toFire == 0)
        {
            Loop.Stop();
        }
    }
}
