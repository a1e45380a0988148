using System.Diagnostics;
using System.Reflection;
using Akka.Actor;
using Xunit;

namespace ActorLoop.Akka.Tests.Contract;

/// <summary>
/// Akka.NET's own clock, which measures restart windows, stands still meanwhile and moves when a test says so. It is one for the
/// process and cannot be replaced, so the tests that use it run alone.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StandingClock : ICollectionFixture<StandingClock>, IDisposable
{
    public const string Name = "standing clock";

    private const BindingFlags Static = BindingFlags.Static | BindingFlags.NonPublic;

    private static readonly Stopwatch s_stopwatch = (Stopwatch)typeof(ActorSystem).Assembly
        .GetType("Akka.Util.MonotonicClock", throwOnError: true)!
        .GetField("Stopwatch", Static)!
        .GetValue(null)!;

    private static readonly FieldInfo s_elapsed =
        typeof(Stopwatch).GetField("_elapsed", BindingFlags.Instance | BindingFlags.NonPublic)!;

    public StandingClock() => s_stopwatch.Stop();

    public static void Advance(TimeSpan time)
    {
        long elapsed = (long)s_elapsed.GetValue(s_stopwatch)!;
        s_elapsed.SetValue(s_stopwatch, elapsed + (time.Ticks * (Stopwatch.Frequency / TimeSpan.TicksPerSecond)));
    }

    public void Dispose() => s_stopwatch.Start();
}
