namespace ActorLoop.Benchmarks.Compare;

/// <summary>One row of the table: medians over the rounds, and ratios taken within each round before their median.</summary>
/// <remarks>A ratio within one round cancels what the machine did in that minute; a ratio of medians does not.</remarks>
internal sealed record PeerSummary(
    string Name,
    Spread MessagesPerSecond,
    double P50Us,
    double P99Us,
    double P999Us,
    double CpuUsPerMessage,
    double ClientCpuUsPerMessage,
    Spread? ThroughputOfReference,
    Spread? CpuOfReference,
    Spread? ThroughputOfUvloop,
    IReadOnlyList<Measurement> Rounds)
{
    public static PeerSummary Of(string name, IReadOnlyDictionary<string, List<Measurement>> all)
    {
        List<Measurement> own = all[name];
        return new PeerSummary(
            name,
            Spread.Of(own.Select(round => round.MessagesPerSecond)),
            Spread.Of(own.Select(round => round.P50Us)).Median,
            Spread.Of(own.Select(round => round.P99Us)).Median,
            Spread.Of(own.Select(round => round.P999Us)).Median,
            Spread.Of(own.Select(round => round.ServerCpuUsPerMessage)).Median,
            Spread.Of(own.Select(round => round.ClientCpuUsPerMessage)).Median,
            Ratio(own, all.GetValueOrDefault(PeerCatalog.Reference), round => round.MessagesPerSecond),
            Ratio(own, all.GetValueOrDefault(PeerCatalog.Reference), round => round.ServerCpuUsPerMessage),
            Ratio(own, all.GetValueOrDefault("uvloop"), round => round.MessagesPerSecond),
            own);
    }

    private static Spread? Ratio(List<Measurement> own, List<Measurement>? other, Func<Measurement, double> value) =>
        other is null ? null : Spread.Of(own.Zip(other, (mine, theirs) => value(mine) / value(theirs)));
}
