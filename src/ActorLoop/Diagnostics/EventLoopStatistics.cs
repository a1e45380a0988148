namespace ActorLoop;

/// <summary>Counters of one loop at one moment. Thread: any; the values are not taken at one instant.</summary>
public sealed record EventLoopStatistics
{
    /// <summary>Turns since the loop was made.</summary>
    public long Turns { get; init; }

    /// <summary>Messages run: callbacks, readiness, timers and continuations.</summary>
    public long Messages { get; init; }

    /// <summary>Timers that came due.</summary>
    public long TimersFired { get; init; }

    /// <summary>Readiness reported for a descriptor that was no longer watched; dropped.</summary>
    public long StaleEvents { get; init; }

    /// <summary>How often another thread had to wake the sleeping loop.</summary>
    public long WakeUps { get; init; }

    /// <summary>
    /// Continuations and completions that arrived after the loop was closed, and messages to actors that were gone; dropped.
    /// </summary>
    public long DeadLetters { get; init; }

    /// <summary>Messages that wait.</summary>
    public int MailboxDepth { get; init; }

    /// <summary>Timers that have not come due and were not canceled.</summary>
    public int ActiveTimers { get; init; }

    /// <summary>Tasks that are not done.</summary>
    public int ActiveTasks { get; init; }

    /// <summary>Descriptors the loop watches: transports, servers and what users registered.</summary>
    public int Descriptors { get; init; }

    /// <summary>Actors that have not ended, on whatever loop their supervisor is.</summary>
    public int Actors { get; init; }

    /// <summary>How often an actor failed.</summary>
    public long ActorFailures { get; init; }

    /// <summary>How often an actor was started again.</summary>
    public long ActorRestarts { get; init; }

    /// <summary>Lookups of names that have no answer yet.</summary>
    public int Lookups { get; init; }
}
