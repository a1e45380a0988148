namespace ActorLoop;

/// <summary>How a <see cref="CoordinatedShutdown"/> goes.</summary>
public sealed record CoordinatedShutdownOptions
{
    private readonly IReadOnlyList<ShutdownPhase> _phases = ShutdownPhases.Default;
    private readonly TimeProvider _timeProvider = TimeProvider.System;

    /// <summary>
    /// The phases, in their order; phases of your own may stand between those of <see cref="ShutdownPhases"/>, and what the library
    /// does in a phase that is missing is left out. Default: <see cref="ShutdownPhases.Default"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A name occurs twice, or there is no phase.</exception>
    public IReadOnlyList<ShutdownPhase> Phases
    {
        get => _phases;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Phases));
            if (value.Count == 0 || value.Select(phase => phase.Name).Distinct(StringComparer.Ordinal).Count() != value.Count)
            {
                throw new ArgumentException(
                    $"The phases are at least one, each with a name of its own, not [{string.Join(", ", value.Select(phase => phase.Name))}].",
                    nameof(Phases));
            }

            _phases = [.. value];
        }
    }

    /// <summary>
    /// The clock of the deadlines. Default: <see cref="TimeProvider.System"/>; a loop and a group put in their own.
    /// </summary>
    public TimeProvider TimeProvider
    {
        get => _timeProvider;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(TimeProvider));
            _timeProvider = value;
        }
    }

    /// <summary>
    /// Called after each phase with what it did. Thread: any. What it throws is dropped. Default: null, nobody.
    /// </summary>
    public Action<ShutdownPhaseReport>? PhaseEnded { get; init; }
}
