using System.Diagnostics;
using Polly.Telemetry;

namespace ActorLoop.Resilience.Telemetry;

/// <summary>Turns what the strategies of a pipeline report into measurements, tagged with the loop they run on.</summary>
internal sealed class LoopTelemetryListener : TelemetryListener
{
    private readonly string _loop;

    public LoopTelemetryListener(string loop) => _loop = loop;

    public override void Write<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args)
    {
        if (args.Arguments is PipelineExecutedArguments executed)
        {
            if (ResilienceMetrics.ExecutionDuration.Enabled)
            {
                TagList tags = Tags(args.Source);
                tags.Add("outcome", args.Outcome is { Exception: not null } ? "failure" : "success");
                ResilienceMetrics.ExecutionDuration.Record(executed.Duration.TotalSeconds, tags);
            }
        }
        else if (args.Arguments is ExecutionAttemptArguments attempt)
        {
            if (ResilienceMetrics.AttemptDuration.Enabled)
            {
                TagList tags = Tags(args.Source);
                tags.Add("handled", attempt.Handled);
                ResilienceMetrics.AttemptDuration.Record(attempt.Duration.TotalSeconds, tags);
            }
        }
        else if (ResilienceMetrics.Events.Enabled && args.Event.Severity != ResilienceEventSeverity.None)
        {
            TagList tags = Tags(args.Source);
            tags.Add("event", args.Event.EventName);
            tags.Add("severity", args.Event.Severity.ToString());
            ResilienceMetrics.Events.Add(1, tags);
        }
    }

    private TagList Tags(ResilienceTelemetrySource source) => new()
    {
        { "loop", _loop },
        { "pipeline", source.PipelineName },
        { "strategy", source.StrategyName },
    };
}
