namespace ActorLoop.Benchmarks.Compare;

/// <summary>The settings of one comparison; the defaults are the rules of measurement in the README.</summary>
internal sealed record ComparisonOptions
{
    public WorkloadKind Kind { get; init; }

    /// <summary>Null is the default of the kind.</summary>
    public IReadOnlyList<int>? Sizes { get; init; }

    /// <summary>Null is the default of the kind.</summary>
    public IReadOnlyList<int>? Pipelines { get; init; }

    /// <summary>Null is the default of the kind.</summary>
    public int? Connections { get; init; }

    public int Rounds { get; init; } = 7;

    public double Seconds { get; init; } = 2;

    /// <summary>Unmeasured seconds of each workload before its first round, per peer.</summary>
    public double WarmUp { get; init; } = 2;

    /// <summary>The same before the first workload, for peers with a compiler inside.</summary>
    public double JitWarmUp { get; init; } = 10;

    /// <summary>Peers by name; empty means every default peer found on the machine.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>The load generator polls instead of sleeping in epoll_wait.</summary>
    public bool SpinningClient { get; init; }

    public int ServerCore { get; init; }

    public int ClientCore { get; init; } = 1;

    public string? EchoSample { get; init; }

    public FileInfo? Json { get; init; }

    public FileInfo? Markdown { get; init; }

    public IEnumerable<Workload> Workloads =>
        from pipeline in Pipelines ?? DefaultPipelines
        from size in Sizes ?? DefaultSizes
        select new Workload(Kind, size, Connections ?? (Kind == WorkloadKind.Udp ? 8 : 50), pipeline);

    private int[] DefaultPipelines => Kind switch
    {
        WorkloadKind.Udp => [16],
        WorkloadKind.Churn or WorkloadKind.Tls or WorkloadKind.Handshakes => [1],
        _ => [1, 16],
    };

    private int[] DefaultSizes => Kind switch
    {
        WorkloadKind.Udp => [64],
        WorkloadKind.Tcp => [1024, 65536],
        WorkloadKind.Handshakes => [1],
        _ => [1024],
    };
}
