using ActorLoop.Benchmarks.Parts;
using BenchmarkDotNet.Attributes;

namespace ActorLoop.Benchmarks.Micro;

[MemoryDiagnoser]
public class AwaitBenchmarks : IDisposable
{
    private readonly AwaitResume _one = new(1);
    private readonly AwaitResume _hundred = new(100);
    private readonly FutureRoundTrip _future = new();
    private readonly TaskSpawn _task = new();

    [Benchmark(OperationsPerInvoke = AwaitResume.Total)]
    public void ResumeOne() => _one.Run();

    [Benchmark(OperationsPerInvoke = AwaitResume.Total)]
    public void ResumeHundred() => _hundred.Run();

    [Benchmark(OperationsPerInvoke = FutureRoundTrip.Total)]
    public void Future() => _future.Run();

    [Benchmark(OperationsPerInvoke = TaskSpawn.Total)]
    public void Spawn() => _task.Run();

    [GlobalCleanup]
    public void Dispose()
    {
        _one.Dispose();
        _hundred.Dispose();
        _future.Dispose();
        _task.Dispose();
        GC.SuppressFinalize(this);
    }
}
