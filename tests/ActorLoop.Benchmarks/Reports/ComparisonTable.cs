using ActorLoop.Benchmarks.Compare;
using Spectre.Console;

namespace ActorLoop.Benchmarks.Reports;

/// <summary>A comparison on the console.</summary>
internal static class ComparisonTable
{
    public static void Write(IAnsiConsole console, ComparisonResult result)
    {
        TableStyle.Widen(console);
        foreach (WorkloadResult workload in result.Workloads)
        {
            Table table = TableStyle.Create(Figures.ComparisonHeadings);
            table.Title = new TableTitle(workload.Workload.Label);
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
