using ActorLoop.Benchmarks.Compare;
using ActorLoop.Benchmarks.Reports;

namespace ActorLoop.Benchmarks.UdpBulk;

/// <summary>One way of sending, and the datagrams a second that arrived in every round.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="sender">The sender for a port.</param>
/// <param name="hasOffload">Whether the receiver takes joined datagrams.</param>
internal sealed class UdpBulkResult(string name, Func<string, Peer> sender, bool hasOffload)
{
    public string Name => name;

    public Func<string, Peer> Sender => sender;

    public bool HasOffload => hasOffload;

    public List<double> PerSecond { get; } = [];

    public string Last => $"{name} {Figures.Rate(PerSecond[^1])}";
}
