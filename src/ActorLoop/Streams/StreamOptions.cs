namespace ActorLoop;

/// <summary>How a <see cref="LoopStream"/> is made.</summary>
public sealed record StreamOptions
{
    /// <summary>The limit that applies unless another is given: 64 KiB.</summary>
    public const int DefaultLimit = 64 * 1024;

    private readonly int _limit = DefaultLimit;

    /// <summary>
    /// How many bytes may come before a separator, unless a call says otherwise; and the measure of holding back:
    /// reading from the connection pauses when more than twice as many bytes wait to be read, and goes on when it are
    /// no more than this. Default: 64 KiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int Limit
    {
        get => _limit;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(Limit));
            _limit = value;
        }
    }

    /// <summary>
    /// Whether the connection of a server stays open when its handler returns, for a handler that gave the stream to
    /// somebody else. Default: false, it is closed after what is buffered was sent. One that throws or is canceled
    /// always closes it.
    /// </summary>
    public bool KeepOpen { get; init; }

    internal static StreamOptions Default { get; } = new();
}
