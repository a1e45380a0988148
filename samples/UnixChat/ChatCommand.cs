using System.CommandLine;
using System.Net.Sockets;

namespace UnixChat;

/// <summary>The command line of the sample.</summary>
internal static class ChatCommand
{
    private static readonly Option<string> s_path = new("--path")
    {
        Description = "Path of the socket to listen on.",
        DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), $"unix-chat-{Environment.UserName}.sock"),
    };

    private static readonly Option<int> s_maxUnsent = new("--max-unsent")
    {
        Description = "How many bytes may wait for a member that does not read; past that it is dropped.",
        DefaultValueFactory = _ => 256 * 1024,
    };

    public static int Run(string[] args, Action<ChatOptions> serve)
    {
        s_maxUnsent.Validators.Add(bytes =>
        {
            if (bytes.GetValueOrDefault<int>() is < 1024 or > 1024 * 1024)
            {
                bytes.AddError("--max-unsent takes 1024 to 1048576.");
            }
        });
        var command = new RootCommand("A chat room on a Unix socket; the first line of a member is its name.") { s_path, s_maxUnsent };
        command.SetAction(parsed =>
        {
            try
            {
                serve(new ChatOptions(parsed.GetRequiredValue(s_path), parsed.GetRequiredValue(s_maxUnsent)));
                return 0;
            }
            catch (Exception failure) when (failure is SocketException or ArgumentException)
            {
                Console.Error.WriteLine(failure.Message);
                return 1;
            }
        });

        // The loop handles SIGINT and SIGTERM itself.
        return command.Parse(args).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}
