using System.CommandLine;
using System.Globalization;
using ActorLoop.Benchmarks.Compare;
using Spectre.Console;

namespace ActorLoop.Benchmarks.Spawn;

/// <summary>The <c>spawn</c> verb: how many children a second, beside Node and System.Diagnostics.Process.</summary>
internal static class SpawnCommand
{
    private static readonly Option<int> Count = new("--count") { DefaultValueFactory = _ => 1000 };
    private static readonly Option<int> InFlight = new("--in-flight") { DefaultValueFactory = _ => 16 };
    private static readonly Option<int> WarmUp = new("--warmup") { DefaultValueFactory = _ => 200 };
    private static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = _ => 7 };
    private static readonly Option<string> Program = new("--program") { DefaultValueFactory = _ => "/bin/true" };
    private static readonly Option<string?> Peer = new("--peer")
    {
        Description = "Measures one peer in this process and prints the seconds; for the verb itself.",
        Hidden = true,
    };

    public static Command Create()
    {
        var command = new Command("spawn", "Compares SubprocessExecAsync with Node's child_process and System.Diagnostics.Process.")
        {
            Count, InFlight, WarmUp, Rounds, Program, Peer,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var load = new SpawnLoad(
            line.GetValue(Count), line.GetValue(InFlight), line.GetValue(WarmUp), line.GetRequiredValue(Program));
        try
        {
            if (line.GetValue(Peer) is { } peer)
            {
                TimeSpan taken = await SpawnPeers.MeasureAsync(peer, load);
                Console.WriteLine(taken.TotalSeconds.ToString(CultureInfo.InvariantCulture));
                return 0;
            }

            var comparison = new SpawnComparison(load, line.GetValue(Rounds));
            SpawnTable.Write(AnsiConsole.Console, await comparison.RunAsync(Console.WriteLine, cancellationToken));
            return 0;
        }
        catch (ComparisonException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
