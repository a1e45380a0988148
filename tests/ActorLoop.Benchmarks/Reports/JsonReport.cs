using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorLoop.Benchmarks.Compare;
using ActorLoop.Benchmarks.Parts;

namespace ActorLoop.Benchmarks.Reports;

/// <summary>Results as JSON, with every round, so that other statistics can be taken later.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Render(ComparisonResult result) => JsonSerializer.Serialize(
        new
        {
            result.Date,
            result.Command,
            result.Machine,
            result.Pinning,
            result.Options.Rounds,
            result.Options.Seconds,
            result.Options.SpinningClient,
            Peers = result.Peers.Select(peer => new { peer.Name, peer.Version }),
            result.Absent,
            result.Workloads,
        },
        Format);

    public static string Render(IReadOnlyList<PartResult> results) => JsonSerializer.Serialize(
        new { Date = DateTimeOffset.UtcNow, Machine = Machine.Describe(), Parts = results }, Format);
}
