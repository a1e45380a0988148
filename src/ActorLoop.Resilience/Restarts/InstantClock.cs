namespace ActorLoop.Resilience.Restarts;

/// <summary>
/// A clock whose timers fire while they are made: Polly computes its delays, and does not wait them out. Who asked for the delay
/// waits it, on the clock of the loop.
/// </summary>
internal sealed class InstantClock : TimeProvider
{
    private readonly TimeProvider _time;

    /// <param name="time">What it tells the time by; circuit breakers and rate limits look at it.</param>
    public InstantClock(TimeProvider time) => _time = time;

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => _time.LocalTimeZone;

    public override long GetTimestamp() => _time.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        callback(state);
        return new Fired();
    }

    private sealed class Fired : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
