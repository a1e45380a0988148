using System.CommandLine;
using ActorLoop.Benchmarks.Compare;
using ActorLoop.Benchmarks.Reports;
using Spectre.Console;

namespace ActorLoop.Benchmarks.Parts;

/// <summary>The <c>parts</c> verb: every part once, beside the goals.</summary>
internal static class PartsCommand
{
    private static readonly Option<string?> Only = new("--only")
    {
        Description = "Measure only the parts whose name contains this.",
    };
    private static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = _ => 5 };
    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "Least seconds of a round.",
        DefaultValueFactory = _ => 0.5,
    };
    private static readonly Option<FileInfo?> Json = new("--json") { Description = "Write the results as JSON." };

    public static Command Create()
    {
        var command = new Command("parts", "Measures posts, timers, awaits and tasks in a few seconds each.")
        {
            Only, Rounds, Seconds, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult line)
    {
        Machine.WarnIfNotOptimized(Console.Error.WriteLine);
        var runner = new PartRunner(Math.Max(1, line.GetValue(Rounds)), line.GetValue(Seconds));
        string only = line.GetValue(Only) ?? "";
        var results = new List<PartResult>();
        foreach (Func<Part> create in PartCatalog.All)
        {
            using Part part = create();
            if (part.Name.Contains(only, StringComparison.OrdinalIgnoreCase))
            {
                Console.Error.WriteLine(part.Name);
                results.Add(runner.Measure(part));
            }
        }

        PartsTable.Write(AnsiConsole.Console, results);
        if (line.GetValue(Json) is { } file)
        {
            File.WriteAllText(file.FullName, JsonReport.Render(results));
        }

        return 0;
    }
}
