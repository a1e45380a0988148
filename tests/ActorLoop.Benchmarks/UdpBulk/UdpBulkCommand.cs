using System.CommandLine;
using ActorLoop.Benchmarks.Compare;
using Spectre.Console;

namespace ActorLoop.Benchmarks.UdpBulk;

/// <summary>The <c>udp-bulk</c> verb: how many datagrams a second reach one peer, by each way of sending them.</summary>
internal static class UdpBulkCommand
{
    private static readonly Option<int> Size = new("--size") { DefaultValueFactory = _ => 1200, Description = "Bytes of a datagram." };
    private static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = _ => 5 };
    private static readonly Option<double> Seconds = new("--seconds") { DefaultValueFactory = _ => 2 };

    public static Command Create()
    {
        var command = new Command("udp-bulk", "Compares sendto, sendmmsg and UDP GSO with GRO, one sender to one receiver.")
        {
            Size, Rounds, Seconds,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        try
        {
            var comparison = new UdpBulkComparison(line.GetValue(Size), line.GetValue(Rounds), line.GetValue(Seconds));
            UdpBulkTable.Write(AnsiConsole.Console, await comparison.RunAsync(Console.WriteLine, cancellationToken));
            return 0;
        }
        catch (ComparisonException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
