namespace ActorLoop;

/// <summary>
/// Waits for the operating system on behalf of one loop: which of the registered descriptors are ready. Mirrors
/// Python's <c>selectors</c> module. Derive from it to give a loop another source of readiness, or another notion of
/// waiting.
/// </summary>
/// <remarks>
/// <para>Readiness is level-triggered: a descriptor is reported by every <see cref="Select"/> for as long as it is
/// ready.</para>
/// <para>Thread: the loop's, except for <see cref="Wake"/>, which may be called from any.</para>
/// </remarks>
public abstract class Selector : IDisposable
{
    /// <summary>Creates the best selector for this system: epoll, poll(2), or <c>Socket.Select</c>.</summary>
    /// <returns>A new selector, which the caller owns.</returns>
    public static Selector CreateDefault()
    {
        if (EpollSelector.IsSupported)
        {
            return new EpollSelector();
        }

        return PollSelector.IsSupported ? new PollSelector() : new SelectSelector();
    }

    /// <summary>
    /// Whether asking without waiting can find something although nothing is registered. Selectors of the system cannot, so
    /// a loop
    /// that watches nothing saves the call; a selector that brings its own readiness must be asked in every turn.
    /// </summary>
    internal virtual bool MayBeReadyWhenEmpty => true;

    /// <summary>
    /// Whether the system drops a descriptor from the selector when it is closed. Where it does not, whoever cannot see the close
    /// must unregister before he lets go of the descriptor.
    /// </summary>
    internal virtual bool ForgetsClosedDescriptors => false;

    /// <summary>Starts to watch a descriptor.</summary>
    /// <param name="descriptor">A file descriptor or, on Windows, a socket handle. It is not owned.</param>
    /// <param name="events">
    /// What to watch for: <see cref="SelectorEvents.Read"/>, <see cref="SelectorEvents.Write"/>, both or neither.
    /// </param>
    /// <param name="token">Comes back with every event of this descriptor.</param>
    /// <exception cref="ArgumentException">The descriptor is registered already.</exception>
    /// <exception cref="IOException">
    /// The system cannot watch this kind of descriptor, a regular file for example.
    /// </exception>
    public abstract void Register(nint descriptor, SelectorEvents events, long token);

    /// <summary>Changes what a registered descriptor is watched for.</summary>
    /// <param name="descriptor">A registered descriptor.</param>
    /// <param name="events">What to watch for from now on.</param>
    /// <param name="token">Comes back with every event from now on.</param>
    /// <exception cref="ArgumentException">The descriptor is not registered.</exception>
    public abstract void Modify(nint descriptor, SelectorEvents events, long token);

    /// <summary>Stops watching a descriptor. Call it before the descriptor is closed.</summary>
    /// <param name="descriptor">A registered descriptor.</param>
    /// <exception cref="ArgumentException">The descriptor is not registered.</exception>
    public abstract void Unregister(nint descriptor);

    /// <summary>Waits until a descriptor is ready, <see cref="Wake"/> is called, or the time is up.</summary>
    /// <param name="ready">Receives the ready descriptors; what does not fit is reported by the next call.</param>
    /// <param name="timeout">
    /// How long to wait: zero does not wait at all, <see cref="Timeout.InfiniteTimeSpan"/> has no limit. Never shorter
    /// than asked, except when something is ready, after a wake-up, or when a signal arrives.
    /// </param>
    /// <returns>How many entries of <paramref name="ready"/> were filled; 0 after a time-out, a wake-up or a
    /// signal.</returns>
    public abstract int Select(Span<SelectorEvent> ready, TimeSpan timeout);

    /// <summary>
    /// Ends the current <see cref="Select"/>, or the next one if none is waiting. Harmless once disposed. Thread: any.
    /// </summary>
    public abstract void Wake();

    /// <summary>Frees what the selector holds of the system. The registered descriptors stay open.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the selector holds of the system.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called, rather than a finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
