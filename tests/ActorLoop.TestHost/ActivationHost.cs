using System.Diagnostics;
using System.Net.Sockets;

namespace ActorLoop.TestHost;

/// <summary>
/// Takes the sockets it was passed, says what it found, and echoes on those whose names it was given until its input ends.
/// </summary>
internal static class ActivationHost
{
    private static readonly string[] s_variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"];

    public static async Task RunAsync(string[] names)
    {
        await using var group = new EventLoopGroup(1);
        try
        {
            using (SocketActivation passed = SocketActivation.Take())
            {
                Console.WriteLine($"passed {string.Join(' ', passed.Names)}");
                foreach (Socket socket in names.SelectMany(passed.Claim))
                {
                    Server server = await group.CreateServerAsync(() => new EchoProtocol(), socket);
                    Console.WriteLine($"serving {server.EndPoints[0]}");
                }

                Console.WriteLine($"left {string.Join(' ', passed.Names)}");
            }

            using SocketActivation again = SocketActivation.Take();
            Console.WriteLine($"again {again.Names.Count}");
        }
        catch (InvalidOperationException failure)
        {
            Console.WriteLine($"failed {failure.Message}");
        }

        Console.WriteLine($"variables {s_variables.Count(name => Environment.GetEnvironmentVariable(name) is not null)}");
        Console.WriteLine($"child {await ListChildAsync()}");
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
    }

    /// <summary>The sockets and variables that a child of this process finds.</summary>
    private static async Task<string> ListChildAsync()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "ls -l /proc/$$/fd | grep -c socket: ; env | grep -c ^LISTEN_"])
        {
            RedirectStandardOutput = true,
        };
        using Process child = Process.Start(start)!;
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return output.ReplaceLineEndings(" ").Trim();
    }
}
