using ActorLoop.Benchmarks.Compare;
using Spectre.Console;

namespace ActorLoop.Benchmarks.Reports;

/// <summary>A comparison on the console.</summary>
internal static class ComparisonTable
{
    private const int Width = 160;

    public static void Write(IAnsiConsole console, ComparisonResult result)
    {
        // A pipe has no width; the default of 80 columns would break every cell.
        console.Profile.Width = console.Profile.Out.IsTerminal ? console.Profile.Width : Width;
        foreach (WorkloadResult workload in result.Workloads)
        {
            var table = new Table { Title = new TableTitle(workload.Workload.Label), Border = TableBorder.Rounded };
            foreach (string heading in Figures.ComparisonHeadings)
            {
                table.AddColumn(new TableColumn(heading) { Alignment = heading == "peer" ? Justify.Left : Justify.Right, NoWrap = true });
            }

            foreach (PeerSummary row in workload.Rows)
            {
                table.AddRow(Figures.Row(row));
            }

            console.Write(table);
            foreach (AbsentPeer failure in workload.Failures)
            {
                console.WriteLine($"failed: {failure.Reason}");
            }
        }

        console.WriteLine(result.Machine);
    }
}
