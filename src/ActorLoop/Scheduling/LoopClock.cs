namespace ActorLoop.Scheduling;

/// <summary>
/// The monotonic clock of one loop: ticks of 100 ns since the loop was made, read from a <see cref="TimeProvider"/>.
/// </summary>
internal sealed class LoopClock
{
    private readonly TimeProvider _source;
    private readonly long _origin;
    private readonly long _unitsPerTick;
    private readonly double _ticksPerUnit;

    public LoopClock(TimeProvider source)
    {
        _source = source;
        _origin = source.GetTimestamp();
        long frequency = source.TimestampFrequency;
        _unitsPerTick = frequency % TimeSpan.TicksPerSecond == 0 ? frequency / TimeSpan.TicksPerSecond : 0;
        _ticksPerUnit = (double)TimeSpan.TicksPerSecond / frequency;
    }

    public TimeProvider Source => _source;

    /// <summary>Elapsed ticks, rounded down.</summary>
    public long Ticks
    {
        get
        {
            long units = _source.GetTimestamp() - _origin;
            return _unitsPerTick != 0 ? units / _unitsPerTick : (long)(units * _ticksPerUnit);
        }
    }

    /// <summary>
    /// Elapsed ticks, rounded up: a deadline counted from here is never early, on whatever clock somebody measures it.
    /// </summary>
    public long TicksRoundedUp => Ticks + 1;
}
