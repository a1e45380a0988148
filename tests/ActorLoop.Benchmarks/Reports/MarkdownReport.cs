using System.Globalization;
using System.Text;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.Reports;

/// <summary>A comparison as markdown, with the command and the date that a README owes its readers.</summary>
internal static class MarkdownReport
{
    public static string Render(ComparisonResult result)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured {result.Date:yyyy-MM-dd} by `{result.Command}`");
        text.AppendLine(CultureInfo.InvariantCulture, $"on {result.Machine}; {result.Pinning}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Rounds(result.Options)}.");
        foreach (WorkloadResult workload in result.Workloads)
        {
            Append(text, workload);
        }

        text.AppendLine().AppendLine("Versions:").AppendLine();
        foreach (Peer peer in result.Peers)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"* {peer.Name}: {peer.Version}");
        }

        foreach (AbsentPeer absent in result.Absent)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"* {absent.Name}: absent, {absent.Reason}");
        }

        return text.ToString();
    }

    private static string Rounds(ComparisonOptions options)
    {
        string client = options.SpinningClient ? "polling" : "sleeping";
        return string.Create(
            CultureInfo.InvariantCulture, $"{options.Rounds} interleaved rounds of {options.Seconds} s, {client} client");
    }

    private static void Append(StringBuilder text, WorkloadResult workload)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"### {workload.Workload.Label}").AppendLine();
        AppendRow(text, Figures.ComparisonHeadings);
        AppendRow(text, Figures.ComparisonHeadings.Select((_, column) => column == 0 ? "---" : "---:"));
        foreach (PeerSummary row in workload.Rows)
        {
            AppendRow(text, Figures.Row(row));
        }

        foreach (AbsentPeer failure in workload.Failures)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Failed: {failure.Reason}");
        }
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) =>
        text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", cells)} |");
}
