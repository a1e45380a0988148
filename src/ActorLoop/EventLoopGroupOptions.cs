using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>How a group of loops is made.</summary>
public sealed record EventLoopGroupOptions
{
    private static readonly SupervisorStrategy s_loopStrategy = new OneForOneStrategy
    {
        Decider = Decider.From(Directive.Restart),
        MaxRetries = 10,
        Window = TimeSpan.FromMinutes(1),
    };

    private readonly SupervisorStrategy _loopStrategy = s_loopStrategy;
    private readonly CoordinatedShutdownOptions _shutdown = new();

    /// <summary>Name of the group, first part of the names of its loops. Default: "group".</summary>
    public string Name { get; init; } = "group";

    /// <summary>How each loop is made; its name is chosen by the group. Default: all defaults.</summary>
    public EventLoopOptions Loop { get; init; } = new();

    /// <summary>
    /// Makes the loops, from options with the name of the place; loops of other kinds fit in. Not together with a shared selector.
    /// Default: null, <see cref="EventLoop.Create"/>.
    /// </summary>
    public Func<EventLoopOptions, EventLoop>? LoopFactory { get; init; }

    /// <summary>Who waits for the operating system. Default: every loop for itself.</summary>
    public SelectorSharing SelectorSharing { get; init; }

    /// <summary>
    /// What is done when the run of a loop ends by an exception: restart puts a new loop with a new thread in its place, which
    /// serves on the same listening sockets; stop goes on with the loops that are left, one of which takes the sockets over;
    /// escalate shuts the group down. Resume is a restart. Budgets are kept for each place. When the last loop is gone the group
    /// shuts down. Default: restart, ten times in a minute, then stop.
    /// </summary>
    /// <remarks>
    /// The connections of the loop are lost with <see cref="LoopClosedException"/>, its actors end, and its tasks are canceled and
    /// given five seconds. What is decided is reported to the exception handler of the loop that ended, and to its
    /// <see cref="EventLoopOptions.SupervisionEvents"/> as a failure of <see cref="EventLoop.Actor"/>.
    /// </remarks>
    /// <exception cref="ArgumentException">A strategy for several loops at once.</exception>
    public SupervisorStrategy LoopStrategy
    {
        get => _loopStrategy;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(LoopStrategy));
            _loopStrategy = StrategyArguments.CheckOneForOne(value, nameof(LoopStrategy))!;
        }
    }

    /// <summary>How the group ends; the clock is that of the loops. Default: all defaults.</summary>
    public CoordinatedShutdownOptions Shutdown
    {
        get => _shutdown;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Shutdown));
            _shutdown = value;
        }
    }

    /// <summary>
    /// Whether the first SIGINT or SIGTERM runs <see cref="EventLoopGroup.Shutdown"/>; a second one ends the process. Await
    /// <see cref="EventLoopGroup.Completion"/> then. Default: no.
    /// </summary>
    public bool ShutdownOnSignals { get; init; }
}
