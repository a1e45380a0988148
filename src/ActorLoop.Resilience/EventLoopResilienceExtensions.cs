using ActorLoop.Resilience.Execution;
using ActorLoop.Resilience.Telemetry;
using Polly;

namespace ActorLoop.Resilience;

/// <summary>Polly pipelines that live on a loop: delays and timeouts on its clock, continuations on its thread.</summary>
public static class EventLoopResilienceExtensions
{
    /// <summary>Makes a pipeline whose delays, timeouts and windows run on the clock of a loop.</summary>
    /// <param name="loop">The loop; any thread may call, also before the loop runs.</param>
    /// <param name="configure">
    /// Adds the strategies. The builder comes with the loop's clock and with a listener that turns what the strategies report into
    /// the instruments of <see cref="ResilienceMetrics"/>; give it a name, by which both the metrics and the exceptions know it.
    /// </param>
    /// <returns>
    /// The pipeline. Run it with
    /// <see cref="ExecuteAsync(EventLoop, ResiliencePipeline, Func{CancellationToken, ValueTask}, CancellationToken)"/>.
    /// </returns>
    /// <exception cref="ArgumentException">The builder was given another clock than the loop's.</exception>
    public static ResiliencePipeline CreateResiliencePipeline(this EventLoop loop, Action<ResiliencePipelineBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(configure);
        ResiliencePipelineBuilder builder = new();
        Bind(builder, loop);
        configure(builder);
        Check(builder, loop, nameof(configure));
        return builder.Build();
    }

    /// <summary>Makes a pipeline for one type of results, as the strategies that look at results need: hedging, fallback.</summary>
    /// <typeparam name="TResult">Type of the results.</typeparam>
    /// <inheritdoc cref="CreateResiliencePipeline(EventLoop, Action{ResiliencePipelineBuilder})"/>
    public static ResiliencePipeline<TResult> CreateResiliencePipeline<TResult>(
        this EventLoop loop, Action<ResiliencePipelineBuilder<TResult>> configure)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(configure);
        ResiliencePipelineBuilder<TResult> builder = new();
        Bind(builder, loop);
        configure(builder);
        Check(builder, loop, nameof(configure));
        return builder.Build();
    }

    /// <summary>Runs a callback through a pipeline, every attempt and every continuation of it on the loop.</summary>
    /// <param name="loop">The loop; the calling thread must be its own.</param>
    /// <param name="pipeline">A pipeline, made with <c>CreateResiliencePipeline</c> of the same loop.</param>
    /// <param name="callback">What is attempted. It runs inside this call the first time, and as a message of the loop later.</param>
    /// <param name="cancellationToken">
    /// Ends the attempt and the waits between attempts. Without one, canceling the loop's current task does.
    /// </param>
    /// <returns>Ends as the last attempt did, or with what a strategy decided.</returns>
    /// <exception cref="InvalidOperationException">The call comes from another thread than the loop's.</exception>
    public static async ValueTask ExecuteAsync(
        this EventLoop loop,
        ResiliencePipeline pipeline,
        Func<CancellationToken, ValueTask> callback,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(callback);
        using LoopContext context = LoopContext.Enter(loop, cancellationToken);
        await pipeline.ExecuteAsync(
            static (context, callback) => callback(context.CancellationToken), context.Polly, callback);
    }

    /// <summary>Runs a callback that has a result.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <returns>The result of the last attempt, or what a strategy decided.</returns>
    /// <inheritdoc cref="ExecuteAsync(EventLoop, ResiliencePipeline, Func{CancellationToken, ValueTask}, CancellationToken)"/>
    public static async ValueTask<TResult> ExecuteAsync<TResult>(
        this EventLoop loop,
        ResiliencePipeline pipeline,
        Func<CancellationToken, ValueTask<TResult>> callback,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(callback);
        using LoopContext context = LoopContext.Enter(loop, cancellationToken);
        return await pipeline.ExecuteAsync(
            static (context, callback) => callback(context.CancellationToken), context.Polly, callback);
    }

    /// <summary>Runs a callback through a pipeline for its type of results.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <returns>The result of the last attempt, or what a strategy decided.</returns>
    /// <inheritdoc cref="ExecuteAsync(EventLoop, ResiliencePipeline, Func{CancellationToken, ValueTask}, CancellationToken)"/>
    public static async ValueTask<TResult> ExecuteAsync<TResult>(
        this EventLoop loop,
        ResiliencePipeline<TResult> pipeline,
        Func<CancellationToken, ValueTask<TResult>> callback,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(callback);
        using LoopContext context = LoopContext.Enter(loop, cancellationToken);
        return await pipeline.ExecuteAsync(
            static (context, callback) => callback(context.CancellationToken), context.Polly, callback);
    }

    private static void Bind(ResiliencePipelineBuilderBase builder, EventLoop loop)
    {
        builder.TimeProvider = loop.TimeProvider;
        builder.TelemetryListener = new LoopTelemetryListener(loop.Name);
    }

    private static void Check(ResiliencePipelineBuilderBase builder, EventLoop loop, string argument)
    {
        // A timer of another clock would wake the pipeline on a thread that is not the loop's.
        if (builder.TimeProvider != loop.TimeProvider)
        {
            throw new ArgumentException(
                $"A pipeline of the loop {loop.Name} runs on its clock; leave TimeProvider as it is.", argument);
        }
    }
}
