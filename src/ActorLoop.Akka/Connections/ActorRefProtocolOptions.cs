namespace ActorLoop.Akka;

/// <summary>How a connection is turned into messages.</summary>
public sealed record ActorRefProtocolOptions
{
    private readonly int _maxUnacknowledged = 64 * 1024;

    internal static ActorRefProtocolOptions Default { get; } = new();

    /// <summary>
    /// Bytes that may be with the actor, delivered and not acknowledged, before reading pauses; at most one read more. It goes on when
    /// half of them are acknowledged. Default: 64 KiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int MaxUnacknowledged
    {
        get => _maxUnacknowledged;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(MaxUnacknowledged));
            _maxUnacknowledged = value;
        }
    }

    /// <summary>Whether the connection stays open for writing when the peer has sent all. Default: false.</summary>
    public bool KeepOpenOnPeerClosed { get; init; }
}
