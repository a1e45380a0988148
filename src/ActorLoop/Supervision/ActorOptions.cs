namespace ActorLoop;

/// <summary>How an actor is made.</summary>
public sealed record ActorOptions
{
    private readonly int? _mailboxCapacity;
    private readonly int _throughput = 64;

    internal static ActorOptions Default { get; } = new();

    /// <summary>What it does about its children. Default: null, what <see cref="Actor{TMessage}.Strategy"/> says.</summary>
    public SupervisorStrategy? Strategy { get; init; }

    /// <summary>When it is started again. Default: transient, after failures only.</summary>
    public RestartType Restart { get; init; }

    /// <summary>How long it waits before it is started again. Default: null, not at all.</summary>
    public IRestartBackoff? Backoff { get; init; }

    /// <summary>How long it may take to stop. Default: five seconds.</summary>
    public ShutdownDeadline Shutdown { get; init; }

    /// <summary>Whether its end counts for the <see cref="AutoShutdown"/> of its parent. Default: no.</summary>
    public bool Significant { get; init; }

    /// <summary>Whether it stops when significant children have ended. Default: never.</summary>
    public AutoShutdown AutoShutdown { get; init; }

    /// <summary>How many messages its mailbox holds. Default: null, no bound.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero or negative.</exception>
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

    /// <summary>What <see cref="ActorRef{TMessage}.Tell"/> does when the mailbox is full. Default: it throws.</summary>
    public MailboxOverflow Overflow { get; init; }

    /// <summary>How many messages it takes before others of its loop have their turn. Default: 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero or negative.</exception>
    public int Throughput
    {
        get => _throughput;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(Throughput));
            _throughput = value;
        }
    }
}
