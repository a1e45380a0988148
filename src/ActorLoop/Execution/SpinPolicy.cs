namespace ActorLoop.Execution;

/// <summary>
/// How long loops may poll without sleeping unless they are told. Waking a sleeping thread costs about 25 microseconds,
/// polling costs a core.
/// </summary>
internal static class SpinPolicy
{
    private static readonly long s_defaultTicks = TimeSpan.FromMicroseconds(50).Ticks;
    private static int s_runningLoops;
    private static long s_ticks;

    /// <summary>The default budget now: nothing unless a core is left for whoever the loops talk to.</summary>
    public static long DefaultTicks => Volatile.Read(ref s_ticks);

    /// <summary>
    /// What a loop was told. None of another clock than the system's spins unless told: that clock may stand still while
    /// the loop polls, and only sleeping lets it go on.
    /// </summary>
    public static TimeSpan? BudgetOf(EventLoopOptions options) =>
        options.SpinBudget ?? (ReferenceEquals(options.TimeProvider, TimeProvider.System) ? null : TimeSpan.Zero);

    public static void LoopStarted() => Update(Interlocked.Increment(ref s_runningLoops));

    public static void LoopStopped() => Update(Interlocked.Decrement(ref s_runningLoops));

    private static void Update(int runningLoops) =>
        Volatile.Write(ref s_ticks, runningLoops < Environment.ProcessorCount ? s_defaultTicks : 0);
}
