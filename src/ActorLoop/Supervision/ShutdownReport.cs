namespace ActorLoop;

/// <summary>What a <see cref="CoordinatedShutdown"/> did.</summary>
/// <param name="Reason">Why it ran.</param>
/// <param name="Phases">The phases that ran, in order.</param>
public sealed record ShutdownReport(ShutdownReason Reason, IReadOnlyList<ShutdownPhaseReport> Phases)
{
    /// <summary>Whether every task of every phase ended well and in time.</summary>
    public bool IsClean => Phases.All(phase => phase.Failures.Count == 0);
}
