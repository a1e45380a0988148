using System.Diagnostics;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.Parts;

/// <summary>Measures a part in a few seconds: warm-up until compiled code has settled, then rounds of a minimal length.</summary>
internal sealed class PartRunner(int rounds, double seconds)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);
    private const int LeastWarmUpRuns = 3;

    public PartResult Measure(Part part)
    {
        long start = Stopwatch.GetTimestamp();
        for (int runs = 0; runs < LeastWarmUpRuns || Stopwatch.GetElapsedTime(start) < WarmUp; runs++)
        {
            part.Run();
        }

        var rates = new List<double>();
        var bytes = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            (double rate, double allocated) = MeasureRound(part);
            rates.Add(rate);
            bytes.Add(allocated);
        }

        return new PartResult(part.Name, Spread.Of(rates), Spread.Of(bytes).Median, part.GoalPerSecond);
    }

    private (double PerSecond, double BytesPerOperation) MeasureRound(Part part)
    {
        // The garbage of one round must not be collected at the expense of the next.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long operations = 0;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            part.Run();
            operations += part.Operations;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed.TotalSeconds < seconds);

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return (operations / elapsed.TotalSeconds, (double)allocated / operations);
    }
}
