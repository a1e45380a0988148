namespace ActorLoop.Execution;

/// <summary>How long a loop may poll without sleeping. Waking a sleeping thread costs about 25 microseconds, polling costs a core.</summary>
internal static class SpinPolicy
{
    private static readonly TimeSpan DefaultBudget = TimeSpan.FromMicroseconds(50);
    private static int s_runningLoops;

    /// <summary>The user's budget, or the default where a core is left for others.</summary>
    public static TimeSpan Budget(EventLoopOptions options) =>
        options.SpinBudget ?? (Volatile.Read(ref s_runningLoops) + 1 < Environment.ProcessorCount ? DefaultBudget : TimeSpan.Zero);

    public static void LoopStarted() => Interlocked.Increment(ref s_runningLoops);

    public static void LoopStopped() => Interlocked.Decrement(ref s_runningLoops);
}
