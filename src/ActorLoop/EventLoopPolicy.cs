namespace ActorLoop;

/// <summary>Decides which loop a thread has and which kind new loops are. Mirrors asyncio's event loop policies.</summary>
public class EventLoopPolicy
{
    private const string Variable = "ACTORLOOP_LOOP";

    private static EventLoopPolicy s_current = new();

    [ThreadStatic]
    private static EventLoop? t_loop;

    /// <summary>The policy of the process. Thread: any.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public static EventLoopPolicy Current
    {
        get => Volatile.Read(ref s_current);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref s_current, value);
        }
    }

    /// <summary>The loop this thread was given. None is ever created here, as in Python 3.14.</summary>
    /// <returns>The loop.</returns>
    /// <exception cref="InvalidOperationException">The thread was given none.</exception>
    public virtual EventLoop Get() => t_loop ?? throw new InvalidOperationException(
        "This thread has no event loop: none is running on it, and EventLoop.Set was not called.");

    /// <summary>Gives this thread a loop.</summary>
    /// <param name="loop">The loop, or null to take it away.</param>
    public virtual void Set(EventLoop? loop) => t_loop = loop;

    /// <summary>
    /// Creates a loop of the kind that <see cref="EventLoopOptions.Kind"/> asks for, by default the best for this system: over a
    /// selector on Linux, over completions elsewhere.
    /// </summary>
    /// <param name="options">How the loop is made; null is all defaults.</param>
    /// <returns>A new loop, which the caller closes.</returns>
    /// <exception cref="InvalidOperationException">
    /// The environment variable <c>ACTORLOOP_LOOP</c>, which counts where the options leave it open, names no kind of loop.
    /// </exception>
    public virtual EventLoop Create(EventLoopOptions? options) => KindOf(options) == EventLoopKind.Proactor
        ? new ProactorEventLoop(options)
        : new SelectorEventLoop(options: options);

    private static EventLoopKind KindOf(EventLoopOptions? options) => options?.Kind switch
    {
        EventLoopKind.Selector => EventLoopKind.Selector,
        EventLoopKind.Proactor => EventLoopKind.Proactor,
        _ => DefaultKind(Environment.GetEnvironmentVariable(Variable)),
    };

    private static EventLoopKind DefaultKind(string? wanted) => wanted switch
    {
        null or "" => OperatingSystem.IsLinux() ? EventLoopKind.Selector : EventLoopKind.Proactor,
        "selector" => EventLoopKind.Selector,
        "proactor" => EventLoopKind.Proactor,
        _ => throw new InvalidOperationException(
            $"The environment variable {Variable} is '{wanted}'; it must be 'selector', 'proactor', or not set."),
    };
}
