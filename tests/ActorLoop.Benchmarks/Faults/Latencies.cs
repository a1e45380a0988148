using System.Globalization;

namespace ActorLoop.Benchmarks.Faults;

/// <summary>Times in microseconds, sorted.</summary>
internal sealed class Latencies
{
    private readonly double[] _sorted;

    public Latencies(IEnumerable<double> values)
    {
        _sorted = [.. values];
        Array.Sort(_sorted);
    }

    public double Percentile(double share) =>
        _sorted.Length == 0 ? double.NaN : _sorted[Math.Min(_sorted.Length - 1, (int)(_sorted.Length * share))];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_sorted.Length} answers, p50 {Percentile(0.5):F0} us, p99 {Percentile(0.99):F0} us, slowest {Percentile(1):F0} us");
}
