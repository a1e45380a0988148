using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;

namespace PortForwarder;

/// <summary>The command line of the sample.</summary>
internal static class ForwardCommand
{
    private static readonly Option<string> s_host = new("--host")
    {
        Description = "Address or name to listen on; empty is every interface.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> s_port = new("--port")
    {
        Description = "Port to listen on; 0 is any free one.",
        DefaultValueFactory = _ => 7200,
    };

    private static readonly Option<int> s_loops = new("--loops")
    {
        Description = "How many loops; the default is one per core.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<Target?> s_to = new("--to")
    {
        Description = "Where to forward to: HOST:PORT, unix:PATH or unix:@ABSTRACT-NAME.",
        Required = true,
        CustomParser = ParseTarget,
    };

    public static Task<int> RunAsync(string[] args, Func<ForwardOptions, Task> serve)
    {
        s_port.Validators.Add(result => Check(result.GetValueOrDefault<int>() is >= 0 and <= IPEndPoint.MaxPort, result,
            "--port takes 0 to 65535."));
        s_loops.Validators.Add(result => Check(result.GetValueOrDefault<int>() is >= 1 and <= 1024, result, "--loops takes 1 to 1024."));
        var command = new RootCommand("Forwards TCP connections to another port or to a Unix socket.") { s_host, s_port, s_loops, s_to };
        command.SetAction((parsed, _) => ServeAsync(parsed, serve));

        // The sample handles SIGINT and SIGTERM itself: it drains before it ends.
        return command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> ServeAsync(ParseResult parsed, Func<ForwardOptions, Task> serve)
    {
        try
        {
            await serve(new ForwardOptions(
                parsed.GetRequiredValue(s_host),
                parsed.GetRequiredValue(s_port),
                parsed.GetRequiredValue(s_loops),
                parsed.GetRequiredValue(s_to)!));
            return 0;
        }
        catch (SocketException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private static Target? ParseTarget(ArgumentResult result)
    {
        string text = result.Tokens is [var token] ? token.Value : "";
        if (!Target.TryParse(text, out Target? target))
        {
            result.AddError($"--to takes HOST:PORT or unix:PATH, not '{text}'.");
        }

        return target;
    }

    private static void Check(bool valid, OptionResult result, string message)
    {
        if (!valid)
        {
            result.AddError(message);
        }
    }
}
