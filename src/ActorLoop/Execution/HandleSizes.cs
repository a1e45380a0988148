namespace ActorLoop.Execution;

/// <summary>How many bytes a handle takes, measured once; see <see cref="Dispatcher"/> for what that is good for.</summary>
internal static class HandleSizes
{
    public static readonly long Handle = Measure(static () => new Handle(static () => { }, null, null, null));

    public static readonly long Timer = Measure(
        static () => new TimerHandle(null!, TimeSpan.Zero, static () => { }, null, null, null));

    private static long Measure(Func<object> create)
    {
        // The first call also makes the delegate that the handle is given.
        GC.KeepAlive(create());
        long before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(create());
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
