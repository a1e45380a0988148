namespace ActorLoop.Akka;

/// <summary>How a client connection is made that Akka.NET supervises.</summary>
public sealed record SupervisedClientOptions
{
    private readonly TimeSpan _minBackoff = TimeSpan.FromMilliseconds(100);
    private readonly TimeSpan _maxBackoff = TimeSpan.FromSeconds(10);
    private readonly double _randomFactor = 0.2;

    /// <summary>Name of the client's actor, <c>client-NAME</c>. Default: null, a number.</summary>
    public string? Name { get; init; }

    /// <summary>How the connection is made. Default: all defaults.</summary>
    public ConnectionOptions Connection { get; init; } = new();

    /// <summary>
    /// Decides what becomes of the connection when it could not be made, was lost by an error, or its protocol failed. Restart
    /// reconnects after the back-off. Default: null, Restart, without a limit.
    /// </summary>
    public global::Akka.Actor.OneForOneStrategy? Strategy { get; init; }

    /// <summary>Whether to connect again also after a connection that ended in order. Default: false, the client stops.</summary>
    public bool ReconnectAfterClose { get; init; }

    /// <summary>Time before the first reconnection; it doubles from one to the next. Default: 100 ms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan MinBackoff
    {
        get => _minBackoff;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(MinBackoff));
            _minBackoff = value;
        }
    }

    /// <summary>The longest time before a reconnection, jitter not counted. Default: 10 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan MaxBackoff
    {
        get => _maxBackoff;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(MaxBackoff));
            _maxBackoff = value;
        }
    }

    /// <summary>How much of the time is added at random, at most; 0 to 1. Default: 0.2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 0 to 1.</exception>
    public double RandomFactor
    {
        get => _randomFactor;
        init
        {
            if (value is not (>= 0 and <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(RandomFactor), value, "The factor is a number from 0 to 1.");
            }

            _randomFactor = value;
        }
    }
}
