using ActorLoop.Benchmarks.Parts;
using BenchmarkDotNet.Attributes;

namespace ActorLoop.Benchmarks.Micro;

[MemoryDiagnoser]
public class TimerBenchmarks : IDisposable
{
    private readonly TimerAddCancel _addCancel = new();
    private readonly TimerAddFire _addFire = new();

    [Benchmark(OperationsPerInvoke = TimerAddCancel.Total)]
    public void AddAndCancel() => _addCancel.Run();

    [Benchmark(OperationsPerInvoke = TimerAddFire.Total)]
    public void AddAndFire() => _addFire.Run();

    [GlobalCleanup]
    public void Dispose()
    {
        _addCancel.Dispose();
        _addFire.Dispose();
        GC.SuppressFinalize(this);
    }
}
