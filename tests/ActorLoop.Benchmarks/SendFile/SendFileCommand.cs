using System.CommandLine;
using ActorLoop.Benchmarks.Compare;
using Spectre.Console;

namespace ActorLoop.Benchmarks.SendFile;

/// <summary>The <c>sendfile</c> verb: how fast a file leaves, beside a C program that does nothing else.</summary>
internal static class SendFileCommand
{
    private static readonly Option<int> Size = new("--mebibytes") { DefaultValueFactory = _ => 1024 };
    private static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = _ => 7 };
    private static readonly Option<bool> Discard = new("--discard")
    {
        Description = "The client lets the kernel throw the bytes away, so that only the server's speed counts.",
    };

    public static Command Create()
    {
        var command = new Command("sendfile", "Compares SendFileAsync and SocketSendFileAsync with a sendfile loop in C.")
        {
            Size, Rounds, Discard,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        try
        {
            var comparison = new SendFileComparison(
                (long)line.GetValue(Size) << 20, line.GetValue(Rounds), line.GetValue(Discard));
            SendFileTable.Write(AnsiConsole.Console, await comparison.RunAsync(Console.WriteLine, cancellationToken));
            return 0;
        }
        catch (ComparisonException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
