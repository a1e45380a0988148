namespace ActorLoop;

/// <summary>How long a child that must stop may take for what it still awaits and for its own children.</summary>
/// <remarks>
/// When the time is up the child is given up: what it awaits is left to itself, its children are given up in the same way,
/// <c>PostStop</c> runs, and its supervisor goes on. Code that blocks the thread cannot be interrupted.
/// </remarks>
public readonly record struct ShutdownDeadline
{
    private readonly TimeSpan? _time;

    private ShutdownDeadline(TimeSpan time) => _time = time;

    /// <summary>Waits for nothing. OTP's <c>brutal_kill</c>.</summary>
    public static ShutdownDeadline Brutal { get; } = new(TimeSpan.Zero);

    /// <summary>Waits as long as it takes.</summary>
    public static ShutdownDeadline Infinite { get; } = new(Timeout.InfiniteTimeSpan);

    /// <summary>
    /// The time, zero if brutal, or <see cref="Timeout.InfiniteTimeSpan"/>. Default of the structure: five seconds.
    /// </summary>
    public TimeSpan Time => _time ?? TimeSpan.FromSeconds(5);

    /// <summary>Waits for some time.</summary>
    /// <param name="time">A positive time, on the clock of the child's loop.</param>
    /// <returns>The deadline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Zero or negative.</exception>
    public static ShutdownDeadline After(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        return new ShutdownDeadline(time);
    }
}
