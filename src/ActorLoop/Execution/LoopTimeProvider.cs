namespace ActorLoop.Execution;

/// <summary>The loop's clock as a .NET clock: its timers are timers of the loop and fire on the loop's thread.</summary>
internal sealed class LoopTimeProvider(LoopCore core) : TimeProvider
{
    public override long TimestampFrequency => core.Clock.Source.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => core.Clock.Source.LocalTimeZone;

    public override long GetTimestamp() => core.Clock.Source.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => core.Clock.Source.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new LoopTimer(core, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
