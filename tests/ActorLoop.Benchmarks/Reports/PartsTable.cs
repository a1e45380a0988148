using ActorLoop.Benchmarks.Parts;
using Spectre.Console;

namespace ActorLoop.Benchmarks.Reports;

/// <summary>The measured parts on the console, each beside its goal.</summary>
internal static class PartsTable
{
    private static readonly string[] Headings = ["part", "per second", "min-max", "ns", "bytes", "goal", "reached"];

    public static void Write(IAnsiConsole console, IReadOnlyList<PartResult> results)
    {
        TableStyle.Widen(console);
        Table table = TableStyle.Create(Headings);
        foreach (PartResult result in results)
        {
            table.AddRow(
                result.Name,
                Figures.Rate(result.PerSecond.Median),
                $"{Figures.Rate(result.PerSecond.Min)} - {Figures.Rate(result.PerSecond.Max)}",
                Figures.Format(result.NanosecondsPerOperation, "F1"),
                Figures.Format(result.BytesPerOperation, "F1"),
                result.GoalPerSecond is { } goal ? Figures.Rate(goal) : "",
                result.ReachesGoal switch { true => "yes", false => "no", null => "" });
        }

        console.Write(table);
    }
}
