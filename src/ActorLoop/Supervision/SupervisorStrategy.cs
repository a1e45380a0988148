namespace ActorLoop;

/// <summary>What a supervisor does about children that fail: whom it concerns, what is decided, and how often.</summary>
/// <remarks>
/// <para>
/// Thread: any; the object never changes, and actors may share it. The counters belong to the children, and time is that of
/// their supervisor's loop.
/// </para>
/// <para>A restart is allowed:</para>
/// <list type="table">
/// <listheader><term>MaxRetries, Window</term><description>allowed</description></listheader>
/// <item><term>0, any</term><description>never</description></item>
/// <item><term>n, none</term><description>n times in the life of the child</description></item>
/// <item><term>n, w</term><description>n times in a window; see <see cref="WindowKind"/></description></item>
/// <item><term>unlimited, w</term><description>once in a window</description></item>
/// <item><term>unlimited, none</term><description>always</description></item>
/// </list>
/// </remarks>
public abstract record SupervisorStrategy
{
    /// <summary>The value of <see cref="MaxRetries"/> that sets no limit.</summary>
    public const int Unlimited = -1;

    private readonly IDecider _decider = ActorLoop.Decider.Default;
    private readonly int _maxRetries = Unlimited;
    private readonly TimeSpan? _window;

    private protected SupervisorStrategy()
    {
    }

    /// <summary>One child at a time, the default decider, no limit. Akka's default.</summary>
    public static SupervisorStrategy Default { get; } = new OneForOneStrategy();

    /// <summary>One child at a time, which is stopped whatever happened.</summary>
    public static SupervisorStrategy Stopping { get; } = new OneForOneStrategy { Decider = ActorLoop.Decider.AlwaysStop };

    /// <summary>What a loop does about its own actors unless it is told otherwise.</summary>
    internal static SupervisorStrategy DefaultOfLoops { get; } = new OneForOneStrategy
    {
        MaxRetries = 3,
        Window = TimeSpan.FromSeconds(5),
    };

    /// <summary>What a failure means. Default: <see cref="Decider.Default"/>.</summary>
    public IDecider Decider
    {
        get => _decider;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Decider));
            _decider = value;
        }
    }

    /// <summary>How many restarts are allowed; 0 is none. Default: <see cref="Unlimited"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below -1.</exception>
    public int MaxRetries
    {
        get => _maxRetries;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, Unlimited, nameof(MaxRetries));
            _maxRetries = value;
        }
    }

    /// <summary>In which time they are counted. Default: null, the life of the child.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero or negative.</exception>
    public TimeSpan? Window
    {
        get => _window;
        init
        {
            if (value <= TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(nameof(Window), value, "A window is a positive time; null is the life of the child.");
            }

            _window = value;
        }
    }

    /// <summary>How the window moves. Default: tumbling.</summary>
    public WindowKind WindowKind { get; init; }

    /// <summary>What happens when no restart is allowed any more. Default: stop.</summary>
    public OnExhausted OnExhausted { get; init; }

    /// <summary>
    /// Whether each failure goes to the exception handler of the supervisor's loop, with <see cref="LoopErrorKind.Actor"/>.
    /// Default: yes.
    /// </summary>
    public bool ReportFailures { get; init; } = true;
}
