namespace ActorLoop.Execution;

/// <summary>The execution context in which nothing was set; running in it needs no switch.</summary>
internal static class DefaultContext
{
    /// <remarks>Taken on a fresh thread, because the thread that asks first may have values of its own.</remarks>
    public static readonly ExecutionContext Instance = CaptureOnFreshThread();

    /// <summary>The caller's context, or null when it is the default one or its flow is suppressed.</summary>
    public static ExecutionContext? CaptureUnlessDefault()
    {
        ExecutionContext? context = ExecutionContext.Capture();
        return ReferenceEquals(context, Instance) ? null : context;
    }

    private static ExecutionContext CaptureOnFreshThread()
    {
        ExecutionContext? captured = null;
        var thread = new Thread(() => captured = ExecutionContext.Capture()) { IsBackground = true };
        thread.UnsafeStart();
        thread.Join();
        return captured!;
    }
}
