using System.CommandLine;
using System.Net;
using System.Net.Sockets;

namespace UdpEcho;

/// <summary>The command line of the sample.</summary>
internal static class EchoCommand
{
    private static readonly Option<string> s_host = new("--host")
    {
        Description = "Address or name.",
        DefaultValueFactory = _ => "127.0.0.1",
        Recursive = true,
    };

    private static readonly Option<int> s_port = new("--port")
    {
        Description = "Port; for the server 0 is any free one.",
        DefaultValueFactory = _ => 9999,
        Recursive = true,
    };

    private static readonly Option<string> s_message = new("--message")
    {
        Description = "What to send.",
        DefaultValueFactory = _ => "Hello World!",
    };

    public static async Task<int> RunAsync(
        string[] args, Action<string, int> serve, Action<string, int, string> ask, Action<string> demonstrate)
    {
        s_port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
            {
                result.AddError("--port takes 0 to 65535.");
            }
        });
        var server = new Command("server", "Sends every datagram back.");
        server.SetAction(parsed => serve(parsed.GetRequiredValue(s_host), parsed.GetRequiredValue(s_port)));
        var client = new Command("client", "Sends a message and waits for the answer.") { s_message };
        client.SetAction(parsed => ask(
            parsed.GetRequiredValue(s_host), parsed.GetRequiredValue(s_port), parsed.GetRequiredValue(s_message)));
        var root = new RootCommand("A UDP echo: a server, a client, or without a command one after the other.") { server,
            client, s_host, s_port };
        root.SetAction(_ => demonstrate("Hello World!"));
        try
        {
            // The loop handles SIGINT and SIGTERM itself: it closes its endpoint before it ends.
            return await root.Parse(args).InvokeAsync(
                new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
        }
        catch (SocketException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
