using System.Diagnostics;
using ActorLoop.Execution;
using ActorLoop.Names;

namespace ActorLoop;

/// <summary>
/// An event loop: one thread at a time, one mailbox, and everything that happens is a message in it. Mirrors asyncio's
/// <c>AbstractEventLoop</c>.
/// </summary>
/// <remarks>
/// <para>One turn runs what was queued, then asks the selector, then the timers; what they schedule runs in the next turn.</para>
/// <para>Thread: members are for the loop's own thread unless they say otherwise.</para>
/// <para>
/// A loop of another kind derives from this class, gives it a selector and a clock, and overrides the network members.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public abstract partial class EventLoop : IDisposable
{
    private static int s_lastNumber;

    /// <summary>Creates a loop that waits in a selector.</summary>
    /// <param name="selector">What the loop waits in; the loop owns it and disposes it when it closes.</param>
    /// <param name="options">How the loop is made; null is all defaults.</param>
    protected EventLoop(Selector selector, EventLoopOptions? options)
    {
        ArgumentNullException.ThrowIfNull(selector);
        _options = options ??= new EventLoopOptions();
        Core = new LoopCore(this, selector, options, options.Name ?? $"loop-{Interlocked.Increment(ref s_lastNumber)}");
        Lookups = new LoopLookups(Core, options.NameResolver ?? NameResolver.Default, options.NameLookupTimeout);
    }

    /// <summary>Reports a loop that was dropped without being closed.</summary>
    ~EventLoop()
    {
        Dispose(disposing: false);
    }

    /// <summary>The loop that runs on this thread. Mirrors <c>get_running_loop</c>. Thread: any.</summary>
    /// <exception cref="InvalidOperationException">No loop runs on this thread.</exception>
    public static EventLoop Current => CurrentOrDefault ?? throw new InvalidOperationException("No event loop is running on this thread.");

    /// <summary>The loop that runs on this thread, or null. Thread: any.</summary>
    public static EventLoop? CurrentOrDefault => LoopCore.Current?.Loop;

    /// <summary>Name in logs, thread names and actor paths. Thread: any.</summary>
    public string Name => Core.Name;

    /// <summary>Whether a thread runs this loop now. Mirrors <c>is_running</c>. Thread: any.</summary>
    public bool IsRunning => Core.IsRunning;

    /// <summary>Whether the loop was closed. Mirrors <c>is_closed</c>. Thread: any.</summary>
    public bool IsClosed => Core.IsClosed;

    /// <summary>Whether the calling thread is the one that runs this loop. Thread: any.</summary>
    public bool IsOnLoop => Core.IsOnLoop;

    /// <summary>Counters of this loop. Thread: any.</summary>
    public EventLoopStatistics Statistics => Core.Statistics with
    {
        Lookups = Lookups.Count,
        Actors = _actors?.Count ?? 0,
        ActorFailures = _actors?.Failures ?? 0,
        ActorRestarts = _actors?.Restarts ?? 0,
    };

    internal LoopCore Core { get; }

    /// <summary>
    /// Creates a loop by the current <see cref="EventLoopPolicy"/>. Mirrors <c>new_event_loop</c>. Thread: any.
    /// </summary>
    /// <param name="options">How the loop is made; null is all defaults.</param>
    /// <returns>A new loop, which the caller closes.</returns>
    public static EventLoop Create(EventLoopOptions? options = null) => EventLoopPolicy.Current.Create(options);

    /// <summary>
    /// The loop that runs on this thread, else the one given to <see cref="Set"/>. Mirrors <c>get_event_loop</c>.
    /// </summary>
    /// <returns>The loop; none is ever created here.</returns>
    /// <exception cref="InvalidOperationException">No loop runs on this thread and none was set.</exception>
    public static EventLoop Get() => CurrentOrDefault ?? EventLoopPolicy.Current.Get();

    /// <summary>Makes a loop the one <see cref="Get"/> returns on this thread. Mirrors <c>set_event_loop</c>.</summary>
    /// <param name="loop">The loop, or null to forget it.</param>
    public static void Set(EventLoop? loop) => EventLoopPolicy.Current.Set(loop);

    /// <summary>
    /// Runs the loop on the calling thread until <see cref="Stop"/>. Mirrors <c>run_forever</c>. Thread: any that runs no
    /// loop.
    /// </summary>
    /// <remarks>After a stop that came before the run, exactly one turn runs: it polls without waiting.</remarks>
    /// <exception cref="InvalidOperationException">The loop is running, or another loop runs on this thread.</exception>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    public void RunForever() => Core.Run();

    /// <summary>
    /// Ends the run after the current turn: what was queued before the turn's batch began still runs, what the batch
    /// schedules waits
    /// for the next run. Mirrors <c>stop</c>. Thread: any. Never blocks and never throws.
    /// </summary>
    public void Stop() => Core.Stop();

    /// <summary>
    /// Closes the loop for good. Transports and servers are closed and hear of it, posts of other threads that were accepted run,
    /// callbacks and timers that wait are dropped. Calling it again does nothing. Mirrors <c>close</c>.
    /// </summary>
    /// <remarks>Thread: any, while the loop does not run.</remarks>
    /// <exception cref="InvalidOperationException">The loop is running.</exception>
    public void Close() => Dispose();

    /// <summary>The same as <see cref="Close"/>.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Names the loop and its state.</summary>
    /// <returns>For example <c>SelectorEventLoop loop-1 (running)</c>.</returns>
    public override string ToString() => $"{GetType().Name} {Name} ({(IsClosed ? "closed" : IsRunning ? "running" : "idle")})";

    /// <summary>Closes the loop, or, from the finalizer, reports that nobody did.</summary>
    /// <param name="disposing">Whether <see cref="Close"/> or <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Core.Close();
        }
        else
        {
            Core?.Abandoned();
        }
    }
}
