using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ActorLoop.Benchmarks.Reports;
using Spectre.Console;

namespace ActorLoop.Benchmarks.Compare;

/// <summary>The <c>compare</c> verb.</summary>
internal static class CompareCommand
{
    private static readonly ComparisonOptions Defaults = new();

    private static readonly Option<WorkloadKind> Kind = new("--kind")
    {
        Description = "What is compared: echoes over TCP or Unix sockets, of UDP datagrams, or a connection for each.",
    };
    private static readonly Option<int[]> Sizes =
        Numbers("--sizes", "Message sizes in bytes. Default: 1024 and 65536 over TCP, 64 over UDP, else 1024.");
    private static readonly Option<int[]> Pipelines =
        Numbers("--pipeline", "Outstanding messages per connection. Default: 1 and 16, over UDP 16.");
    private static readonly Option<int?> Connections = new("--connections")
    {
        Description = "Connections of the load generator. Default: 50, over UDP 8 sockets.",
    };
    private static readonly Option<int> Rounds = Positive("--rounds", "Measured rounds per workload.", Defaults.Rounds);
    private static readonly Option<double> Seconds =
        Duration("--seconds", "Measured seconds of one peer in one round.", Defaults.Seconds);
    private static readonly Option<double> WarmUp =
        Duration("--warmup", "Unmeasured seconds per peer before each workload.", Defaults.WarmUp);
    private static readonly Option<double> JitWarmUp =
        Duration("--jit-warmup", "The same before the first workload, for JIT-compiled peers.", Defaults.JitWarmUp);
    private static readonly Option<string?> Peers = new("--peers")
    {
        Description = "Peers to run, separated by commas. Default: every one found, without the streams and sockets variants.",
    };
    private static readonly Option<bool> Spin = new("--spin-client")
    {
        Description = "The load generator polls instead of sleeping.",
    };
    private static readonly Option<int> ServerCore = new("--server-core") { DefaultValueFactory = _ => 0 };
    private static readonly Option<int> ClientCore = new("--client-core") { DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> EchoSample = new("--echo-sample")
    {
        Description = "EchoServer.dll of the sample. Default: the one built beside this program.",
    };
    private static readonly Option<FileInfo?> Json = new("--json") { Description = "Write every round as JSON." };
    private static readonly Option<FileInfo?> Markdown = new("--markdown") { Description = "Write the tables as markdown." };

    public static Command Create()
    {
        Connections.Validators.Add(result => RequireAtLeast(result, result.GetValueOrDefault<int?>() ?? 1, 1));
        var command = new Command("compare", "Compares echo servers with each other, in interleaved rounds.")
        {
            Kind, Sizes, Connections, Pipelines, Rounds, Seconds, WarmUp, JitWarmUp, Peers, Spin, ServerCore, ClientCore,
            EchoSample, Json, Markdown,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var options = new ComparisonOptions
        {
            Kind = line.GetValue(Kind),
            Sizes = Given(line, Sizes),
            Pipelines = Given(line, Pipelines),
            Connections = line.GetValue(Connections),
            Rounds = line.GetValue(Rounds),
            Seconds = line.GetValue(Seconds),
            WarmUp = line.GetValue(WarmUp),
            JitWarmUp = line.GetValue(JitWarmUp),
            Peers = line.GetValue(Peers)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            SpinningClient = line.GetValue(Spin),
            ServerCore = line.GetValue(ServerCore),
            ClientCore = line.GetValue(ClientCore),
            EchoSample = line.GetValue(EchoSample),
            Json = line.GetValue(Json),
            Markdown = line.GetValue(Markdown),
        };

        try
        {
            ComparisonResult result = await new Comparison(options, AnsiConsole.Console).RunAsync(cancellationToken);
            ComparisonTable.Write(AnsiConsole.Console, result);
            await WriteFilesAsync(options, result, cancellationToken);
            return result.Workloads.All(workload => workload.Failures.Count == 0) ? 0 : 1;
        }
        catch (ComparisonException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("interrupted");
            return 130;
        }
    }

    private static async Task WriteFilesAsync(ComparisonOptions options, ComparisonResult result, CancellationToken cancellationToken)
    {
        if (options.Json is not null)
        {
            await File.WriteAllTextAsync(options.Json.FullName, JsonReport.Render(result), cancellationToken);
        }

        if (options.Markdown is not null)
        {
            await File.WriteAllTextAsync(options.Markdown.FullName, MarkdownReport.Render(result), cancellationToken);
        }
    }

    private static int[]? Given(ParseResult line, Option<int[]> option) =>
        line.GetValue(option) is { Length: > 0 } numbers ? numbers : null;

    private static Option<int[]> Numbers(string name, string description) => new(name)
    {
        Description = $"{description} Separated by commas.",
        CustomParser = ParseNumbers,
    };

    private static int[] ParseNumbers(ArgumentResult result)
    {
        string text = string.Join(',', result.Tokens.Select(token => token.Value));
        var numbers = new List<int>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, CultureInfo.InvariantCulture, out int number) || number <= 0)
            {
                result.AddError($"'{part}' is not a positive number.");
                return [];
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static Option<int> Positive(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result => RequireAtLeast(result, result.GetValueOrDefault<int>(), 1));
        return option;
    }

    private static Option<double> Duration(string name, string description, double value)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result => RequireAtLeast(result, result.GetValueOrDefault<double>(), 0.1));
        return option;
    }

    private static void RequireAtLeast(OptionResult result, double value, double least)
    {
        if (value < least)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} must be at least {least}, not {value}."));
        }
    }
}
