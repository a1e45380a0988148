using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using ActorLoop;

namespace EchoServer;

/// <summary>The command line of the sample.</summary>
internal static class EchoCommand
{
    private static readonly Option<string> s_host = new("--host")
    {
        Description = "Address or name to listen on; empty is every interface.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> s_port = new("--port")
    {
        Description = "Port to listen on; 0 is any free one.",
        DefaultValueFactory = _ => 7000,
    };

    private static readonly Option<int> s_loops = new("--loops")
    {
        Description = "How many loops; the default is one per core.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<string> s_placement = new("--placement")
    {
        Description = "Which loop gets a connection.",
        DefaultValueFactory = _ => "least-loaded",
    };

    public static Task<int> RunAsync(string[] args, Func<EchoOptions, Task> serve)
    {
        s_placement.AcceptOnlyFromAmong("least-loaded", "reuse-port");
        s_port.Validators.Add(port =>
            Check(port.GetValueOrDefault<int>() is >= 0 and <= IPEndPoint.MaxPort, port.AddError, "--port takes 0 to 65535."));
        s_loops.Validators.Add(loops =>
            Check(loops.GetValueOrDefault<int>() is >= 1 and <= 1024, loops.AddError, "--loops takes 1 to 1024."));
        var command = new RootCommand("Echoes every byte back to the client that sent it.") { s_host, s_port, s_loops, s_placement };
        command.SetAction((parsed, _) => ServeAsync(Read(parsed), serve));

        // The sample handles SIGINT and SIGTERM itself: it drains before it ends.
        return command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> ServeAsync(EchoOptions options, Func<EchoOptions, Task> serve)
    {
        try
        {
            await serve(options);
            return 0;
        }
        catch (SocketException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private static EchoOptions Read(ParseResult parsed) => new(
        parsed.GetRequiredValue(s_host),
        parsed.GetRequiredValue(s_port),
        parsed.GetRequiredValue(s_loops),
        parsed.GetRequiredValue(s_placement) == "reuse-port" ? ConnectionPlacement.ReusePort : ConnectionPlacement.LeastLoaded);

    private static void Check(bool valid, Action<string> addError, string message)
    {
        if (!valid)
        {
            addError(message);
        }
    }
}
