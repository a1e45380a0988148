namespace ActorLoop.Benchmarks.Compare;

/// <summary>All that a comparison found, ready to be shown.</summary>
internal sealed record ComparisonResult(
    DateTimeOffset Date,
    string Command,
    string Machine,
    string Pinning,
    ComparisonOptions Options,
    IReadOnlyList<Peer> Peers,
    IReadOnlyList<AbsentPeer> Absent,
    IReadOnlyList<WorkloadResult> Workloads);

/// <summary>The rows of one workload, and the peers that failed in it.</summary>
internal sealed record WorkloadResult(
    Workload Workload, IReadOnlyList<PeerSummary> Rows, IReadOnlyList<AbsentPeer> Failures);
