namespace ActorLoop;

/// <summary>One phase of a <see cref="CoordinatedShutdown"/>.</summary>
public sealed record ShutdownPhase
{
    private readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    /// <summary>Creates a phase.</summary>
    /// <param name="name">Its name; see <see cref="ShutdownPhases"/>.</param>
    /// <exception cref="ArgumentException">The name is null or empty.</exception>
    public ShutdownPhase(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>
    /// How long its tasks may take together; then their token is canceled and they are left to themselves. Zero waits for nothing.
    /// Default: five seconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.</exception>
    public TimeSpan Timeout
    {
        get => _timeout;
        init
        {
            if (value < TimeSpan.Zero && value != System.Threading.Timeout.InfiniteTimeSpan)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(Timeout), value, "A phase has zero, a positive time, or Timeout.InfiniteTimeSpan.");
            }

            _timeout = value;
        }
    }

    /// <summary>
    /// Whether the next phase follows although a task failed or the time was up; otherwise the shutdown ends there with
    /// <see cref="ShutdownFailedException"/>. Default: it follows.
    /// </summary>
    public bool Recover { get; init; } = true;

    /// <summary>Whether its tasks run at all. Default: they do.</summary>
    public bool IsEnabled { get; init; } = true;
}
