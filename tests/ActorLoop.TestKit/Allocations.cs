namespace ActorLoop.TestKit;

/// <summary>What a measurement of a thread's allocated bytes can be off by.</summary>
public static class Allocations
{
    /// <summary>
    /// A collection that another test causes meanwhile takes the rest of this thread's allocation quantum away and counts it as
    /// allocated: up to 8 KiB each time. Measure so many operations that one allocation for each would be far above.
    /// </summary>
    public const long Noise = 32 * 1024;
}
