using System.CommandLine;
using System.Net;
using System.Net.Sockets;

namespace TlsLineServer;

/// <summary>The command line of the sample.</summary>
internal static class LineCommand
{
    private static readonly Option<string> s_host = new("--host")
    {
        Description = "Address or name to listen on; empty is every interface.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> s_port = new("--port")
    {
        Description = "Port to listen on; 0 is any free one.",
        DefaultValueFactory = _ => 7110,
    };

    private static readonly Option<string?> s_save = new("--save-certificate")
    {
        Description = "File to write the certificate to, for clients that shall trust it.",
    };

    public static int Run(string[] args, Action<LineOptions> serve)
    {
        s_port.Validators.Add(port =>
        {
            if (port.GetValueOrDefault<int>() is < 0 or > IPEndPoint.MaxPort)
            {
                port.AddError("--port takes 0 to 65535.");
            }
        });
        var command = new RootCommand("Answers lines, after the client has begun TLS with STLS.") { s_host, s_port, s_save };
        command.SetAction(parsed =>
        {
            try
            {
                serve(new LineOptions(
                    parsed.GetRequiredValue(s_host), parsed.GetRequiredValue(s_port), parsed.GetValue(s_save)));
                return 0;
            }
            catch (SocketException failure)
            {
                Console.Error.WriteLine(failure.Message);
                return 1;
            }
        });

        // The loop handles SIGINT and SIGTERM itself.
        return command.Parse(args).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}
