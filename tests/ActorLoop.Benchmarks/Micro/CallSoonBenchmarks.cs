using ActorLoop.Benchmarks.Parts;
using BenchmarkDotNet.Attributes;

namespace ActorLoop.Benchmarks.Micro;

[MemoryDiagnoser]
public class CallSoonBenchmarks : IDisposable
{
    private CallSoonChain? _part;

    [Params(1, 100)]
    public int Chains { get; set; }

    [GlobalSetup]
    public void SetUp() => _part = new CallSoonChain(Chains);

    [Benchmark(OperationsPerInvoke = CallSoonChain.Total)]
    public void Chain() => _part!.Run();

    [GlobalCleanup]
    public void Dispose()
    {
        _part?.Dispose();
        GC.SuppressFinalize(this);
    }
}
