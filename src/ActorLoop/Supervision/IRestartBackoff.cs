namespace ActorLoop;

/// <summary>How long a child waits before it is started again. See <see cref="ExponentialBackoff"/>.</summary>
/// <remarks>Thread: that of the child's loop; several children, on several loops, may share one.</remarks>
public interface IRestartBackoff
{
    /// <summary>After how long a life without a failure the attempts are counted from one again; null is never.</summary>
    TimeSpan? ResetAfter => null;

    /// <summary>The delay before the next start.</summary>
    /// <param name="attempt">One for the first restart, and one more for each that follows without a reset.</param>
    /// <param name="cause">What the child failed with; null when it ended by itself.</param>
    /// <returns>The delay; zero or negative starts at once. Null is no restart any more: the child is stopped.</returns>
    TimeSpan? NextDelay(int attempt, Exception? cause);
}
