namespace ActorLoop.Akka;

/// <summary>How the actors of a loop are dispatched.</summary>
public sealed record LoopDispatcherOptions
{
    private readonly int _throughput = 16;
    private readonly TimeSpan _shutdownTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Name of the dispatcher in reports. Default: null, "actorloop." and the name of the loop.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// How many messages of one actor run, plus one, before the loop goes on to others; 8 to 32 is sensible. Default: 16.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int Throughput
    {
        get => _throughput;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(Throughput));
            _throughput = value;
        }
    }

    /// <summary>
    /// After which time without actors Akka.NET tells the dispatcher to shut down, which does nothing. Default: 1 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan ShutdownTimeout
    {
        get => _shutdownTimeout;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(ShutdownTimeout));
            _shutdownTimeout = value;
        }
    }
}
