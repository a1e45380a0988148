using ActorLoop.Benchmarks.Compare;
using ActorLoop.Benchmarks.Reports;
using Spectre.Console;

namespace ActorLoop.Benchmarks.UdpBulk;

/// <summary>The ways on the console, beside a sendto for each datagram: that of C, and that of a loop.</summary>
internal static class UdpBulkTable
{
    private static readonly string[] s_headings = ["way", "datagrams/s", "of c sendto (min-max)", "of one a callback (min-max)"];

    public static void Write(IAnsiConsole console, IReadOnlyList<UdpBulkResult> results)
    {
        TableStyle.Widen(console);
        Table table = TableStyle.Create(s_headings);
        foreach (UdpBulkResult result in results)
        {
            table.AddRow(
                result.Name, Figures.Rate(Spread.Of(result.PerSecond).Median), Ratio(result, results[0]), Ratio(result, results[1]));
        }

        console.Write(table);
    }

    private static string Ratio(UdpBulkResult result, UdpBulkResult other)
    {
        Spread ratio = Spread.Of(result.PerSecond.Zip(other.PerSecond, (mine, theirs) => mine / theirs));
        return $"{Figures.Format(ratio.Median, "F2")} ({Figures.Format(ratio.Min, "F2")}-{Figures.Format(ratio.Max, "F2")})";
    }
}
