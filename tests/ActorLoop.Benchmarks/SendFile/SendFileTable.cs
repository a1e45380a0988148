using ActorLoop.Benchmarks.Compare;
using ActorLoop.Benchmarks.Reports;
using Spectre.Console;

namespace ActorLoop.Benchmarks.SendFile;

/// <summary>The peers on the console, each beside the first.</summary>
internal static class SendFileTable
{
    private const double Gibibyte = 1 << 30;
    private static readonly string[] Headings = ["peer", "GiB/s", "of c-sendfile (min-max)", "CPU ms/GiB"];

    public static void Write(IAnsiConsole console, IReadOnlyList<SendFileResult> results)
    {
        TableStyle.Widen(console);
        Table table = TableStyle.Create(Headings);
        foreach (SendFileResult result in results)
        {
            Spread ratio = Spread.Of(result.BytesPerSecond.Zip(results[0].BytesPerSecond, (mine, theirs) => mine / theirs));
            table.AddRow(
                result.Name,
                Figures.Format(Spread.Of(result.BytesPerSecond).Median / Gibibyte, "F2"),
                $"{Figures.Format(ratio.Median, "F3")} ({Figures.Format(ratio.Min, "F3")}-{Figures.Format(ratio.Max, "F3")})",
                Figures.Format(Spread.Of(result.CpuSecondsPerByte).Median * Gibibyte * 1000, "F0"));
        }

        console.Write(table);
    }
}
