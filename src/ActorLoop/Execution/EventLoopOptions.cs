using ActorLoop.Names;
using Microsoft.Extensions.Logging;

namespace ActorLoop;

/// <summary>How a loop is made.</summary>
public sealed record EventLoopOptions
{
    private readonly TimeSpan _slowCallbackDuration = TimeSpan.FromMilliseconds(100);
    private readonly TimeSpan _unobservedExceptionDelay = TimeSpan.FromSeconds(5);
    private readonly TimeSpan _nameLookupTimeout = TimeSpan.FromSeconds(30);
    private readonly TimeSpan? _spinBudget;
    private readonly int? _mailboxCapacity;
    private readonly TimeProvider _timeProvider = TimeProvider.System;
    private readonly SupervisorStrategy _actorStrategy = SupervisorStrategy.DefaultOfLoops;
    private readonly CoordinatedShutdownOptions _shutdown = new();

    /// <summary>Name in logs, reports, thread names and actor paths. Default: "loop-N", counted per process.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Which kind of loop is made by those who do not name its class. Default: <see cref="EventLoopKind.Default"/>, the best for this
    /// system.
    /// </summary>
    public EventLoopKind Kind { get; init; }

    /// <summary>
    /// Debug mode: wrong-thread checks, slow-callback warnings and creation traces. Default: on if the environment variable
    /// <c>ACTORLOOP_DEBUG</c> is set and not empty.
    /// </summary>
    public bool Debug { get; init; } = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ACTORLOOP_DEBUG"));

    /// <summary>From which duration debug mode reports a callback as slow. Default: 100 ms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan SlowCallbackDuration
    {
        get => _slowCallbackDuration;
        init => _slowCallbackDuration = NotNegative(value, nameof(SlowCallbackDuration));
    }

    /// <summary>
    /// How long the failure of a future or task may stay unobserved before the exception handler hears of it. Default: 5 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan UnobservedExceptionDelay
    {
        get => _unobservedExceptionDelay;
        init => _unobservedExceptionDelay = NotNegative(value, nameof(UnobservedExceptionDelay));
    }

    /// <summary>
    /// How long an idle loop may poll before it sleeps in the selector; it does so only while recent sleeps were shorter than
    /// that. Waking a sleeping thread costs about 25 microseconds. Default: null, which is 50 microseconds while fewer loops run
    /// than the process has cores, and zero otherwise and with a <see cref="TimeProvider"/> of another kind than the system's.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? SpinBudget
    {
        get => _spinBudget;
        init => _spinBudget = value is null ? null : NotNegative(value.Value, nameof(SpinBudget));
    }

    /// <summary>
    /// How many posts of other threads may wait: past it <see cref="EventLoop.TryPost(Action)"/> says no and
    /// <see cref="EventLoop.Post(Action)"/> throws. Continuations, readiness and timers are never refused. Default: null, no
    /// bound.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or negative.</exception>
    public int? MailboxCapacity
    {
        get => _mailboxCapacity;
        init
        {
            if (value is <= 0)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(MailboxCapacity), value, "A mailbox holds at least one message; null is no bound.");
            }

            _mailboxCapacity = value;
        }
    }

    /// <summary>
    /// The clock behind <see cref="EventLoop.Time"/> and all timers. Default: <see cref="TimeProvider.System"/>.
    /// </summary>
    public TimeProvider TimeProvider
    {
        get => _timeProvider;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(TimeProvider));
            _timeProvider = value;
        }
    }

    /// <summary>
    /// Who finds the addresses of names. Default: null, <see cref="ActorLoop.NameResolver.Default"/>, the system.
    /// </summary>
    public NameResolver? NameResolver { get; init; }

    /// <summary>
    /// How long a lookup may take where <see cref="AddressInfoOptions.Timeout"/> does not say; it fails with TimedOut then.
    /// <see cref="Timeout.InfiniteTimeSpan"/> is no limit. Default: 30 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero, or negative and not infinite.</exception>
    public TimeSpan NameLookupTimeout
    {
        get => _nameLookupTimeout;
        init
        {
            LookupTimeout.Check(value, nameof(NameLookupTimeout));
            _nameLookupTimeout = value;
        }
    }

    /// <summary>Where the loop logs. Default: null; errors nobody handles then go to standard error.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The first value of <see cref="EventLoop.ExceptionHandler"/>. Default: null, the default handler.</summary>
    public Action<EventLoop, LoopExceptionContext>? ExceptionHandler { get; init; }

    /// <summary>
    /// What is done about actors that were spawned by the loop itself. Default: each failure is reported to the exception handler
    /// and the actor is restarted, three times in five seconds; then it is stopped. Escalating from here ends the run of the loop
    /// with a <see cref="FatalLoopException"/>.
    /// </summary>
    public SupervisorStrategy ActorStrategy
    {
        get => _actorStrategy;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(ActorStrategy));
            _actorStrategy = value;
        }
    }

    /// <summary>Who hears of starts, failures, restarts, ends and dead letters of actors. Default: null, nobody.</summary>
    public ISupervisionEvents? SupervisionEvents { get; init; }

    /// <summary>How <see cref="EventLoop.Shutdown"/> goes; the clock is that of the loop. Default: all defaults.</summary>
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
    /// Whether the first SIGINT or SIGTERM that <see cref="EventLoop.Run(Func{EventLoop, Task}, EventLoopOptions?)"/> hears runs
    /// <see cref="EventLoop.Shutdown"/>, which cancels the program in its last phase; else the program is canceled at once. Loops of
    /// a group: see <see cref="EventLoopGroupOptions.ShutdownOnSignals"/>. Default: no.
    /// </summary>
    public bool ShutdownOnSignals { get; init; }

    private static TimeSpan NotNegative(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(name, value, "The duration must be zero or positive.");
        }

        return value;
    }
}
