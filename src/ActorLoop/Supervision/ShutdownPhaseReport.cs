namespace ActorLoop;

/// <summary>What one phase of a <see cref="CoordinatedShutdown"/> did.</summary>
/// <param name="Name">The phase.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="TaskCount">How many tasks it had.</param>
/// <param name="IsTimedOut">Whether its time was up before its tasks were done.</param>
/// <param name="Failures">
/// The tasks that failed, by name, with what they threw; a <see cref="TimeoutException"/> for those that were not done in time.
/// </param>
public sealed record ShutdownPhaseReport(
    string Name,
    TimeSpan Elapsed,
    int TaskCount,
    bool IsTimedOut,
    IReadOnlyList<KeyValuePair<string, Exception>> Failures);
