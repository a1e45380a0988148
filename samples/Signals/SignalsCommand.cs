using System.CommandLine;
using System.Net;
using System.Net.Sockets;

namespace Signals;

/// <summary>The command line of the sample.</summary>
internal static class SignalsCommand
{
    private static readonly Option<string> s_host = new("--host")
    {
        Description = "Address or name to listen on; empty is every interface.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> s_port = new("--port")
    {
        Description = "Port to listen on; 0 is any free one.",
        DefaultValueFactory = _ => 7120,
    };

    private static readonly Option<string> s_greeting = new("--greeting")
    {
        Description = "File with the greeting; SIGHUP reads it again.",
        Required = true,
    };

    private static readonly Option<double> s_drain = new("--drain")
    {
        Description = "Seconds that clients have to finish after SIGTERM.",
        DefaultValueFactory = _ => 30,
    };

    public static int Run(string[] args, Func<GreetingOptions, int> serve)
    {
        s_port.Validators.Add(port =>
        {
            if (port.GetValueOrDefault<int>() is < 0 or > IPEndPoint.MaxPort)
            {
                port.AddError("--port takes 0 to 65535.");
            }
        });
        s_drain.Validators.Add(drain =>
        {
            if (drain.GetValueOrDefault<double>() is not (>= 0 and <= 86_400))
            {
                drain.AddError("--drain takes 0 to 86400 seconds.");
            }
        });
        var command = new RootCommand("Greets, and shows what SIGHUP, SIGTERM and SIGINT can do.")
        {
            s_host, s_port, s_greeting, s_drain,
        };
        command.SetAction(parsed =>
        {
            try
            {
                return serve(new GreetingOptions(
                    parsed.GetRequiredValue(s_host),
                    parsed.GetRequiredValue(s_port),
                    parsed.GetRequiredValue(s_greeting),
                    TimeSpan.FromSeconds(parsed.GetValue(s_drain))));
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                Console.Error.WriteLine(failure.Message);
                return 1;
            }
        });

        // The loop handles the signals itself.
        return command.Parse(args).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}
