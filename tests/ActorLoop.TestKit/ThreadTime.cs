using System.Globalization;

namespace ActorLoop.TestKit;

/// <summary>How much processor time the calling thread has used.</summary>
public static class ThreadTime
{
    /// <summary>Nanoseconds; only differences mean something. Linux.</summary>
    public static long Now() =>
        long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
}
