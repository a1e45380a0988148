namespace ActorLoop.Transports;

/// <summary>
/// A stretch of code without a current synchronization context, so that what completes in it continues inside it, on this thread.
/// </summary>
internal readonly ref struct TlsInline
{
    private readonly SynchronizationContext? _outer;

    private TlsInline(SynchronizationContext? outer) => _outer = outer;

    public static TlsInline Begin()
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        return new TlsInline(outer);
    }

    public void Dispose() => SynchronizationContext.SetSynchronizationContext(_outer);
}
