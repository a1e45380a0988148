namespace ActorLoop.Benchmarks.Compare;

/// <summary>What one row group of the comparison does: messages of a size, over connections, some outstanding on each.</summary>
internal sealed record Workload(int Size, int Connections, int Pipeline)
{
    public string Label
    {
        get
        {
            string size = Size >= 1024 && Size % 1024 == 0 ? $"{Size / 1024} KiB" : $"{Size} B";
            return $"{size}, {Connections} connections, {Pipeline} outstanding each";
        }
    }
}
