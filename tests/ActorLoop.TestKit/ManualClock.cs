namespace ActorLoop.TestKit;

/// <summary>A clock that stands still until it is told otherwise, and the loops that live by it.</summary>
public sealed class ManualClock : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How far it has come.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(GetTimestamp());

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => s_start + Elapsed;

    /// <summary>Moves on. Thread: any.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        Interlocked.Add(ref _ticks, time.Ticks);
    }

    /// <summary>
    /// Makes a loop in virtual time: where another would sleep, it moves the clock to the next deadline and goes on.
    /// </summary>
    /// <param name="options">How the loop is made, except for its clock.</param>
    public EventLoop CreateLoop(EventLoopOptions? options = null) =>
        new SelectorEventLoop(new ManualSelector(this), (options ?? new EventLoopOptions()) with { TimeProvider = this });

    /// <summary>
    /// Refused: timers of this clock are timers of a loop, so use the loop's <see cref="EventLoop.TimeProvider"/>.
    /// </summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("A manual clock has no timers; use the TimeProvider of a loop.");
}
