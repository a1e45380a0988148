using ActorLoop.Benchmarks.Parts;
using BenchmarkDotNet.Attributes;

namespace ActorLoop.Benchmarks.Micro;

[MemoryDiagnoser]
public class PostBenchmarks : IDisposable
{
    private readonly OwnThreadPost _own = new();
    private readonly OwnThreadPostWithState _ownWithState = new();
    private readonly ForeignFlood _oneProducer = new(1);
    private readonly ForeignFlood _twoProducers = new(2);

    [Benchmark(OperationsPerInvoke = OwnThreadPost.Total)]
    public void OwnThread() => _own.Run();

    [Benchmark(OperationsPerInvoke = OwnThreadPostWithState.Total)]
    public void OwnThreadWithState() => _ownWithState.Run();

    [Benchmark(OperationsPerInvoke = ForeignFlood.Total)]
    public void OneForeignProducer() => _oneProducer.Run();

    [Benchmark(OperationsPerInvoke = ForeignFlood.Total)]
    public void TwoForeignProducers() => _twoProducers.Run();

    [GlobalCleanup]
    public void Dispose()
    {
        _own.Dispose();
        _ownWithState.Dispose();
        _oneProducer.Dispose();
        _twoProducers.Dispose();
        GC.SuppressFinalize(this);
    }
}
