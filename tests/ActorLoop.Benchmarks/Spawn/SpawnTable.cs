using ActorLoop.Benchmarks.Compare;
using ActorLoop.Benchmarks.Reports;
using Spectre.Console;

namespace ActorLoop.Benchmarks.Spawn;

/// <summary>The peers on the console, each beside the first.</summary>
internal static class SpawnTable
{
    public static void Write(IAnsiConsole console, IReadOnlyList<SpawnResult> results)
    {
        TableStyle.Widen(console);
        Table table = TableStyle.Create(["peer", "children/s", $"of {results[0].Name} (min-max)"]);
        foreach (SpawnResult result in results)
        {
            Spread ratio = Spread.Of(result.PerSecond.Zip(results[0].PerSecond, (mine, theirs) => mine / theirs));
            table.AddRow(
                result.Name,
                Figures.Format(Spread.Of(result.PerSecond).Median, "F0"),
                $"{Figures.Format(ratio.Median, "F2")} ({Figures.Format(ratio.Min, "F2")}-{Figures.Format(ratio.Max, "F2")})");
        }

        console.Write(table);
    }
}
