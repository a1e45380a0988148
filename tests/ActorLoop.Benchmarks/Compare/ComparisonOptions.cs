namespace ActorLoop.Benchmarks.Compare;

/// <summary>The settings of one comparison; the defaults are the rules of measurement in the README.</summary>
internal sealed record ComparisonOptions
{
    public IReadOnlyList<int> Sizes { get; init; } = [1024, 65536];

    public IReadOnlyList<int> Pipelines { get; init; } = [1, 16];

    public int Connections { get; init; } = 50;

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

    /// <summary>Everything under TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Measures TLS handshakes instead of messages.</summary>
    public bool Handshakes { get; init; }

    public int ServerCore { get; init; }

    public int ClientCore { get; init; } = 1;

    public string? EchoSample { get; init; }

    public FileInfo? Json { get; init; }

    public FileInfo? Markdown { get; init; }

    public IEnumerable<Workload> Workloads => Handshakes
        ? [new Workload(1, Connections, 1) { IsHandshakes = true, IsTls = true }]
        : from pipeline in Pipelines
          from size in Sizes
          select new Workload(size, Connections, pipeline) { IsTls = Tls };
}
