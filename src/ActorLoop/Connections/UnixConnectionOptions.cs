namespace ActorLoop;

/// <summary>How a connection over a Unix socket is set up.</summary>
public sealed record UnixConnectionOptions
{
    /// <summary>Write buffer limits. Default: 64 KiB, 16 KiB, cap 4 MiB.</summary>
    public WriteBufferLimits WriteBufferLimits { get; init; }

    /// <summary>The part that applies to connections of every kind.</summary>
    internal ConnectionOptions ForConnection() => new() { NoDelay = false, WriteBufferLimits = WriteBufferLimits };
}
