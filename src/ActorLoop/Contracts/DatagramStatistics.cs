namespace ActorLoop;

/// <summary>Counters of one datagram endpoint.</summary>
public readonly record struct DatagramStatistics
{
    /// <summary>Datagrams delivered to the protocol.</summary>
    public long Received { get; init; }

    /// <summary>Of those, how many were longer than the receive buffer and lost their end.</summary>
    public long Truncated { get; init; }

    /// <summary>Datagrams the system took for sending.</summary>
    public long Sent { get; init; }

    /// <summary>
    /// Datagrams that were given to the transport and not sent: refused by the system, over the cap, or dropped at the end.
    /// </summary>
    public long Dropped { get; init; }

    /// <summary>Datagrams the system dropped because nobody read them in time, or null where it does not tell.</summary>
    public long? Overrun { get; init; }
}
