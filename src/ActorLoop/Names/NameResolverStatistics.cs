namespace ActorLoop;

/// <summary>What a <see cref="BlockingNameResolver"/> is doing at one moment.</summary>
public sealed record NameResolverStatistics
{
    /// <summary>Threads, working and idle.</summary>
    public int Threads { get; init; }

    /// <summary>Lookups that run and that somebody waits for.</summary>
    public int Running { get; init; }

    /// <summary>Lookups that run although their callers have given up; each holds a thread until the system lets go.</summary>
    public int Abandoned { get; init; }

    /// <summary>Lookups that wait for a thread.</summary>
    public int Waiting { get; init; }

    /// <summary>Lookups that have ended, with or without an answer.</summary>
    public long Completed { get; init; }

    /// <summary>Lookups that were given up by all their callers before they had ended.</summary>
    public long GivenUp { get; init; }

    /// <summary>Callers who shared a lookup that was under way already.</summary>
    public long Shared { get; init; }

    /// <summary>Lookups refused because too many were waiting.</summary>
    public long Refused { get; init; }
}
