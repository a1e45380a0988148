namespace ActorLoop.Transports;

/// <summary>The limits that all options records set for the times of TLS.</summary>
internal static class TlsTimeouts
{
    public static TimeSpan? CheckHandshake(TimeSpan? value, string name)
    {
        if (value <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(name, value, "The time for a handshake is positive.");
        }

        return value;
    }

    public static TimeSpan? CheckShutdown(TimeSpan? value, string name)
    {
        if (value < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(name, value, "The time for a shutdown is zero, which does not wait, or positive.");
        }

        return value;
    }
}
