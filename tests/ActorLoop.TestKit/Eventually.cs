namespace ActorLoop.TestKit;

/// <summary>Waits for what has no event of its own.</summary>
public static class Eventually
{
    /// <summary>How long anything may take before a test calls it lost.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        for (var watch = System.Diagnostics.Stopwatch.StartNew(); !condition(); await Task.Delay(1))
        {
            if (watch.Elapsed > Bound)
            {
                throw new TimeoutException($"Waited {Bound.TotalSeconds} s in vain: {what}");
            }
        }
    }
}
