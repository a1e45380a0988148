using System.Runtime.ExceptionServices;
using Polly;
using Polly.Retry;

namespace ActorLoop.Resilience.Restarts;

/// <summary>
/// The delays one series of failures gets from a Polly retry. Polly itself computes each of them, in one execution that lasts as
/// long as the series: jitter that depends on the delay before, predicates and limits are all as in any other retry.
/// </summary>
internal sealed class RetrySequence
{
    private readonly FailureSource _failures = new();
    private readonly Func<OnRetryArguments<object>, ValueTask>? _onRetry;
    private readonly Task _execution;
    private TimeSpan? _delay;

    public RetrySequence(RetryStrategyOptions options, TimeProvider time)
    {
        _onRetry = options.OnRetry;
        ResiliencePipelineBuilder builder = new() { TimeProvider = new InstantClock(time) };
        builder.AddRetry(new RetryStrategyOptions
        {
            Name = options.Name,
            MaxRetryAttempts = options.MaxRetryAttempts,
            BackoffType = options.BackoffType,
            UseJitter = options.UseJitter,
            Delay = options.Delay,
            MaxDelay = options.MaxDelay,
            Randomizer = options.Randomizer,
            ShouldHandle = options.ShouldHandle,
            DelayGenerator = options.DelayGenerator,
            OnRetry = OnRetryAsync,
        });
        _execution = builder.Build().ExecuteAsync(_ => _failures.NextAsync()).AsTask();
    }

    /// <summary>What Polly answers to the next failure of the series.</summary>
    /// <returns>The delay, or null where it does not retry any more.</returns>
    public TimeSpan? Next(Exception cause)
    {
        if (_execution.IsCompleted)
        {
            return null;
        }

        _delay = null;
        if (CanContinueHere())
        {
            _failures.Fail(cause);
        }
        else
        {
            FailOnAThreadWithoutContext(cause);
        }

        if (!_execution.IsCompleted)
        {
            return _delay ?? throw new NotSupportedException(
                "The predicate, the delay generator and OnRetry of a restart must not wait.");
        }

        // The failure itself comes back when Polly gives up; who restarts knows it already.
        _ = _execution.Exception;
        return null;
    }

    private ValueTask OnRetryAsync(OnRetryArguments<object> arguments)
    {
        _delay = arguments.RetryDelay;
        return _onRetry?.Invoke(arguments) ?? ValueTask.CompletedTask;
    }

    // .NET runs a continuation inside the completing call only where nothing else claims it.
    private static bool CanContinueHere() =>
        SynchronizationContext.Current is null && TaskScheduler.Current == TaskScheduler.Default;

    private void FailOnAThreadWithoutContext(Exception cause)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            if (CanContinueHere())
            {
                _failures.Fail(cause);
                return;
            }

            ExceptionDispatchInfo? thrown = null;
            Thread thread = new(() =>
            {
                try
                {
                    _failures.Fail(cause);
                }
                catch (Exception exception)
                {
                    thrown = ExceptionDispatchInfo.Capture(exception);
                }
            });
            thread.Start();
            thread.Join();
            thrown?.Throw();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
