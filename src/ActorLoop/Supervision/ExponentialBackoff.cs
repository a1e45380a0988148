using System.Security.Cryptography;

namespace ActorLoop;

/// <summary>
/// Delays that double from restart to restart: <c>min(Max, Min × 2^(attempt - 1)) × (1 + random × Jitter)</c>, where random is
/// at least 0 and below 1. Akka's formula: the jitter comes after the cap and may exceed it.
/// </summary>
/// <remarks>Thread: any. Those who share one draw from one sequence of random numbers.</remarks>
public sealed class ExponentialBackoff : IRestartBackoff
{
    private readonly Lock _gate = new();
    private readonly Random _random;

    /// <summary>Creates the back-off.</summary>
    /// <param name="min">The first delay.</param>
    /// <param name="max">The longest delay before jitter.</param>
    /// <param name="jitter">How much longer a delay may get by chance: 0.2 is up to a fifth.</param>
    /// <param name="resetAfter">See <see cref="ResetAfter"/>; null is <paramref name="min"/>.</param>
    /// <param name="seed">Makes the jitter repeatable; null takes a seed nobody can foresee.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The first delay is not positive, the longest is shorter, the jitter is negative or no number, or the reset is negative.
    /// </exception>
    public ExponentialBackoff(TimeSpan min, TimeSpan max, double jitter = 0.2, TimeSpan? resetAfter = null, int? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(min, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        if (!(jitter >= 0) || double.IsInfinity(jitter))
        {
            throw new ArgumentOutOfRangeException(nameof(jitter), jitter, "The jitter is zero or a positive, finite factor.");
        }

        if (resetAfter < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(resetAfter), resetAfter, "The quiet time is zero or positive.");
        }

        Min = min;
        Max = max;
        Jitter = jitter;
        ResetAfter = resetAfter ?? min;
        _random = new Random(seed ?? RandomNumberGenerator.GetInt32(int.MaxValue));
    }

    /// <summary>The first delay.</summary>
    public TimeSpan Min { get; }

    /// <summary>The longest delay before jitter.</summary>
    public TimeSpan Max { get; }

    /// <summary>How much longer a delay may get by chance.</summary>
    public double Jitter { get; }

    /// <summary>After how long a life without a failure the delays begin with <see cref="Min"/> again.</summary>
    public TimeSpan? ResetAfter { get; }

    /// <summary>The delay before the next start; it never gives up.</summary>
    /// <param name="attempt">One for the first restart, and one more for each that follows without a reset.</param>
    /// <param name="cause">Not looked at.</param>
    /// <returns>The delay.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An attempt below one.</exception>
    public TimeSpan NextDelay(int attempt, Exception? cause)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        // In floating point the power overflows to infinity, which the cap turns into the longest delay.
        double ticks = Math.Min(Max.Ticks, Min.Ticks * Math.Pow(2, attempt - 1)) * (1 + (NextRandom() * Jitter));
        return ticks >= TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : TimeSpan.FromTicks((long)ticks);
    }

    TimeSpan? IRestartBackoff.NextDelay(int attempt, Exception? cause) => NextDelay(attempt, cause);

    private double NextRandom()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }
}
