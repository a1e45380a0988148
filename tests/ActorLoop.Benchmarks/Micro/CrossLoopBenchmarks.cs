using ActorLoop.Benchmarks.Parts;
using BenchmarkDotNet.Attributes;

namespace ActorLoop.Benchmarks.Micro;

[MemoryDiagnoser]
public class CrossLoopBenchmarks : IDisposable
{
    private readonly CrossLoopPingPong _part = new();

    [Benchmark(OperationsPerInvoke = CrossLoopPingPong.Total)]
    public void RoundTrip() => _part.Run();

    [GlobalCleanup]
    public void Dispose()
    {
        _part.Dispose();
        GC.SuppressFinalize(this);
    }
}
