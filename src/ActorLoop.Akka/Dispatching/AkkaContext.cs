namespace ActorLoop.Akka.Dispatching;

/// <summary>
/// What Akka.NET expects around its code: no synchronization context, and nobody's async locals.
/// </summary>
/// <remarks>
/// An <c>await</c> prefers the synchronization context to the actor's task scheduler: with the loop's context current, the
/// handler would go on outside its actor.
/// </remarks>
internal readonly struct AkkaContext : IDisposable
{
    private static readonly ExecutionContext s_default = CaptureOnFreshThread();

    private readonly SynchronizationContext? _outer;

    private AkkaContext(SynchronizationContext? outer) => _outer = outer;

    /// <summary>Until the disposal; the loop itself puts the execution context back after each message.</summary>
    public static AkkaContext Enter()
    {
        var outer = new AkkaContext(SynchronizationContext.Current);
        SynchronizationContext.SetSynchronizationContext(null);
        if (!ReferenceEquals(ExecutionContext.Capture(), s_default))
        {
            // The caller's, which the post has carried here.
            ExecutionContext.Restore(s_default);
        }

        return outer;
    }

    public void Dispose() => SynchronizationContext.SetSynchronizationContext(_outer);

    private static ExecutionContext CaptureOnFreshThread()
    {
        ExecutionContext? captured = null;
        var thread = new Thread(() => captured = ExecutionContext.Capture()) { IsBackground = true };
        thread.UnsafeStart();
        thread.Join();
        return captured!;
    }
}
