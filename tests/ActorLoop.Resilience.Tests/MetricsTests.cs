using System.Diagnostics.Metrics;
using ActorLoop.TestKit;
using Polly;
using Polly.Retry;

namespace ActorLoop.Resilience.Tests;

// If this fails, an operator cannot see that calls fail and are tried again.
public sealed class MetricsTests
{
    [Fact(DisplayName = "Retries, attempts and executions are measured with loop, pipeline and strategy")]
    public void Execute_WithAListener_MeasuresWhatStrategiesDo()
    {
        List<(string Instrument, Dictionary<string, object?> Tags)> seen = [];
        using TestLoop test = new(new EventLoopOptions { Name = "measured" });
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == ResilienceMetrics.MeterName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            Assert.True(value >= 0);
            Add(instrument, tags);
        });
        listener.Start();

        ResiliencePipeline pipeline = test.Loop.CreateResiliencePipeline(builder =>
        {
            builder.Name = "upstream";
            builder.AddRetry(new RetryStrategyOptions { Name = "again", MaxRetryAttempts = 2, Delay = TimeSpan.Zero });
        });
        int calls = 0;
        test.Run(async () => await test.Loop.ExecuteAsync(
            pipeline, _ => ++calls == 3 ? ValueTask.CompletedTask : throw new IOException("no")));

        Assert.Equal(2, Count("actorloop.resilience.events", ("event", "OnRetry"), ("strategy", "again"), ("severity", "Warning")));
        Assert.Equal(2, Count("actorloop.resilience.attempt.duration", ("handled", true), ("strategy", "again")));
        Assert.Equal(1, Count("actorloop.resilience.attempt.duration", ("handled", false), ("strategy", "again")));
        Assert.Equal(1, Count("actorloop.resilience.execution.duration", ("outcome", "success"), ("pipeline", "upstream")));

        void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Dictionary<string, object?> all = new(tags.ToArray());
            if (Equals(all["loop"], "measured"))
            {
                seen.Add((instrument.Name, all));
            }
        }

        int Count(string instrument, params (string Key, object Value)[] tags) => seen.Count(
            entry => entry.Instrument == instrument && tags.All(tag => Equals(entry.Tags[tag.Key], tag.Value)));
    }
}
