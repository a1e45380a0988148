namespace ActorLoop.Benchmarks.Compare;

/// <summary>What one row group of the comparison does: messages of a size, over connections, some outstanding on each.</summary>
internal sealed record Workload(WorkloadKind Kind, int Size, int Connections, int Pipeline)
{
    public string Label
    {
        get
        {
            string size = Size >= 1024 && Size % 1024 == 0 ? $"{Size / 1024} KiB" : $"{Size} B";
            return Kind switch
            {
                WorkloadKind.Udp => $"{size} datagrams, {Connections} sockets, {Pipeline} outstanding each",
                WorkloadKind.Unix => $"{size} over a Unix socket, {Connections} connections, {Pipeline} outstanding each",
                WorkloadKind.Churn => $"connect, echo {size}, close; {Connections} clients",
                WorkloadKind.Tls => $"{size} under TLS, {Connections} connections, {Pipeline} outstanding each",
                WorkloadKind.Handshakes => $"connect, TLS handshake, echo {size}, close; {Connections} clients",
                _ => $"{size}, {Connections} connections, {Pipeline} outstanding each",
            };
        }
    }
}
