using System.CommandLine;
using ActorLoop.Benchmarks.Compare;
using ActorLoop.Benchmarks.Reports;
using Spectre.Console;

namespace ActorLoop.Benchmarks.Parts;

/// <summary>Verbs that measure a list of parts, each once, beside the goals: <c>parts</c> and <c>actors</c>.</summary>
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

    public static Command CreateParts() =>
        Create("parts", "Measures posts, timers, awaits and tasks in a few seconds each.", PartCatalog.All);

    public static Command CreateActors() =>
        Create("actors", "Measures messages, questions and lives of actors in a few seconds each.", PartCatalog.Actors);

    private static Command Create(string verb, string description, IReadOnlyList<Func<Part>> parts)
    {
        var command = new Command(verb, description) { Only, Rounds, Seconds, Json };
        command.SetAction(line => Run(line, parts));
        return command;
    }

    private static int Run(ParseResult line, IReadOnlyList<Func<Part>> parts)
    {
        Machine.WarnIfNotOptimized(Console.Error.WriteLine);
        var runner = new PartRunner(Math.Max(1, line.GetValue(Rounds)), line.GetValue(Seconds));
        string only = line.GetValue(Only) ?? "";
        var results = new List<PartResult>();
        foreach (Func<Part> create in parts)
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
