namespace ActorLoop.Benchmarks.Compare;

/// <summary>What one peer did in one round.</summary>
/// <remarks>
/// <see cref="BusiestCoreShare"/> is how much of its core the busier of server and client got. With many connections
/// it is close to 1; clearly less means that something else ran on the machine, and that the round says little.
/// </remarks>
internal sealed record Measurement(
    double MessagesPerSecond,
    double P50Us,
    double P99Us,
    double P999Us,
    double ServerCpuUsPerMessage,
    double ClientCpuUsPerMessage,
    double BusiestCoreShare,
    long Lost);

/// <summary>The middle of several values with their extremes.</summary>
internal sealed record Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}
