using ActorLoop.Resilience.Restarts;
using Polly.Retry;

namespace ActorLoop.Resilience;

/// <summary>
/// Delays of restarts as a Polly retry gives them: its back-off, jitter, delay generator, predicate and number of attempts.
/// </summary>
/// <remarks>
/// <para>
/// It counts the failures of one child, and so belongs to that child alone; its own restarts included. Thread: that of the child's
/// loop.
/// </para>
/// <para>
/// The delay itself passes on the loop's clock. <see cref="RetryStrategyOptions{TResult}.OnRetry"/> is called before each delay; like
/// the predicate and the delay generator, it must not wait for anything.
/// </para>
/// </remarks>
public sealed class RetryBackoff : IRestartBackoff
{
    private readonly RetryStrategyOptions _options;
    private readonly TimeProvider _time;
    private RetrySequence? _sequence;
    private int _last;

    /// <summary>Creates the back-off.</summary>
    /// <param name="options">The retry. What it does not handle, or gives up after its last attempt, is not restarted.</param>
    /// <param name="loop">The loop of the child, for its clock.</param>
    /// <param name="resetAfter">See <see cref="ResetAfter"/>; null is never.</param>
    /// <exception cref="ArgumentOutOfRangeException">The quiet time is negative.</exception>
    public RetryBackoff(RetryStrategyOptions options, EventLoop loop, TimeSpan? resetAfter = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loop);
        if (resetAfter < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(resetAfter), resetAfter, "The quiet time is zero or positive.");
        }

        _options = options;
        _time = loop.TimeProvider;
        ResetAfter = resetAfter;
    }

    /// <summary>After how long a life without a failure the retry begins anew.</summary>
    public TimeSpan? ResetAfter { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Another child uses the same back-off.</exception>
    public TimeSpan? NextDelay(int attempt, Exception? cause)
    {
        if (attempt == 1)
        {
            _sequence = new RetrySequence(_options, _time);
        }
        else if (_sequence is null || attempt != _last + 1)
        {
            throw new InvalidOperationException(
                $"Restart {attempt} follows restart {_last}: a RetryBackoff counts the failures of one child, and cannot be shared.");
        }

        _last = attempt;
        return _sequence.Next(cause ?? new ChildEndedException());
    }
}
