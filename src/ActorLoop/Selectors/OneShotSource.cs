namespace ActorLoop.Selectors;

/// <summary>
/// How a shared selector talks to the one it shares: from any thread, and hearing of each descriptor once, until it
/// listens again.
/// </summary>
internal abstract class OneShotSource : IDisposable
{
    public abstract void Register(nint descriptor, SelectorEvents events, long token);

    /// <summary>Also listens again.</summary>
    public abstract void Modify(nint descriptor, SelectorEvents events, long token);

    public abstract void Unregister(nint descriptor);

    /// <summary>
    /// Nothing happens if the descriptor was closed in the meantime: a selector forgets such a descriptor silently.
    /// </summary>
    public abstract void ListenAgain(nint descriptor, SelectorEvents events, long token);

    /// <summary>Blocks until something is ready or <see cref="Wake"/> is called. Thread: the shared one.</summary>
    public abstract int Wait(Span<SelectorEvent> ready);

    public abstract void Wake();

    public abstract void Dispose();

    /// <summary>The thread that waits is ending: nobody may go on waiting for it.</summary>
    public virtual void Abandon(Exception reason)
    {
    }

    /// <summary>
    /// For clearing up, when it no longer matters whether the descriptor or the selector are still there.
    /// </summary>
    public void TryUnregister(nint descriptor)
    {
        try
        {
            Unregister(descriptor);
        }
        catch (Exception error) when (error is ArgumentException or IOException or ObjectDisposedException)
        {
        }
    }
}
