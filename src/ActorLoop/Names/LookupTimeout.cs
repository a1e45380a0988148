namespace ActorLoop.Names;

/// <summary>What may limit a lookup.</summary>
internal static class LookupTimeout
{
    public static void Check(TimeSpan? value, string name)
    {
        if (value is { } timeout && timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, "The timeout must be positive, or Timeout.InfiniteTimeSpan.");
        }
    }
}
