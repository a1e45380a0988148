using System.Diagnostics.Metrics;

namespace ActorLoop.Resilience;

/// <summary>What the pipelines of loops measure; any listener of .NET metrics can read it.</summary>
/// <remarks>
/// Every measurement bears the tags <c>loop</c>, <c>pipeline</c> and <c>strategy</c>. While nobody listens nothing is measured.
/// </remarks>
public static class ResilienceMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ActorLoop.Resilience";

    private static readonly Meter s_meter = new(MeterName, "1.0.0");

    /// <summary>
    /// <c>actorloop.resilience.events</c>: what strategies did, by the tags <c>event</c> (Polly's name, such as OnRetry or
    /// OnCircuitOpened) and <c>severity</c>.
    /// </summary>
    internal static Counter<long> Events { get; } = s_meter.CreateCounter<long>(
        "actorloop.resilience.events", "{event}", "What the strategies of pipelines did.");

    /// <summary><c>actorloop.resilience.attempt.duration</c>: how long single attempts took, by the tag <c>handled</c>.</summary>
    internal static Histogram<double> AttemptDuration { get; } = s_meter.CreateHistogram<double>(
        "actorloop.resilience.attempt.duration", "s", "How long single attempts took.");

    /// <summary><c>actorloop.resilience.execution.duration</c>: how long executions took in all, by the tag <c>outcome</c>.</summary>
    internal static Histogram<double> ExecutionDuration { get; } = s_meter.CreateHistogram<double>(
        "actorloop.resilience.execution.duration", "s", "How long executions through a pipeline took, waits included.");
}
