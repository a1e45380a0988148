namespace ActorLoop.Benchmarks.Compare;

/// <summary>What one row group of the comparison does: messages of a size, over connections, some outstanding on each.</summary>
internal sealed record Workload(int Size, int Connections, int Pipeline)
{
    /// <summary>Instead of messages, whole TLS connections: a "message" is one of them.</summary>
    public bool IsHandshakes { get; init; }

    public bool IsTls { get; init; }

    public string Label
    {
        get
        {
            string size = Size >= 1024 && Size % 1024 == 0 ? $"{Size / 1024} KiB" : $"{Size} B";
            return IsHandshakes ? $"TLS handshakes, {Connections} at a time"
                : $"{(IsTls ? "TLS, " : "")}{size}, {Connections} connections, {Pipeline} outstanding each";
        }
    }
}
