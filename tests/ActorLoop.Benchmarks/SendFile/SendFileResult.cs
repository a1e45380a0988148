using ActorLoop.Benchmarks.Reports;

namespace ActorLoop.Benchmarks.SendFile;

/// <summary>What one peer did in every round.</summary>
internal sealed class SendFileResult(string name)
{
    public string Name => name;

    public List<double> BytesPerSecond { get; } = [];

    public List<double> CpuSecondsPerByte { get; } = [];

    public string Last => $"{name} {Figures.Format(BytesPerSecond[^1] / (1 << 30), "F2")} GiB/s";

    public void Add(double bytesPerSecond, double cpuSecondsPerByte)
    {
        BytesPerSecond.Add(bytesPerSecond);
        CpuSecondsPerByte.Add(cpuSecondsPerByte);
    }
}
