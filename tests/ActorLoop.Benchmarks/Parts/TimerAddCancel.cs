namespace ActorLoop.Benchmarks.Parts;

/// <summary>
/// A timeout that is set and canceled again, which is what most timers of a server do, beside 10 000 live timers.
/// </summary>
internal sealed class TimerAddCancel : LoopPart
{
    public const int Total = 1_000_000;
    private const int Live = 10_000;
    private const int Delays = 1024;
    private readonly Action _never = static () => { };
    private readonly TimeSpan[] _delays = new TimeSpan[Delays];
    private readonly List<TimerHandle> _live = [];

    public TimerAddCancel()
    {
        var random = new Random(20);
        for (int i = 0; i < Delays; i++)
        {
            _delays[i] = TimeSpan.FromMilliseconds(random.Next(1_000, 60_000));
        }
    }

    public override string Name => $"Timer add and cancel, {Live} live";

    public override int Operations => Total;

    public override double? GoalPerSecond => 8e6;

    protected override void Begin()
    {
        while (_live.Count < Live)
        {
            _live.Add(Loop.CallLater(TimeSpan.FromHours(1) + _delays[_live.Count % Delays], _never));
        }

        for (int i = 0; i < Total; i++)
        {
            Loop.CallLater(_delays[i % Delays], _never).Cancel();
        }

        Loop.Stop();
    }
}
