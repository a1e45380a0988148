using ActorLoop;
using ActorLoop.TestHost;

// An echo server for tests that must limit, trace or kill its process. It obeys one command a line: "stats" answers with counters,
// "hold N" opens N descriptors, "free" closes them, the end of input ends the process.
EventLoop.Run(async loop =>
{
    int reports = 0;
    loop.ExceptionHandler = (_, report) =>
    {
        reports++;
        Console.WriteLine($"report {report.Kind}");
    };
    var held = new List<FileStream>();
    Server server = await loop.CreateServerAsync(() => new EchoProtocol(), "127.0.0.1", 0, new ServerOptions { Backlog = 512 });
    Console.WriteLine($"listening on {server.EndPoints[0]}");
    while (await Task.Run(Console.ReadLine) is { } command)
    {
        string[] words = command.Split(' ');
        switch (words[0])
        {
            case "stats":
                Console.WriteLine(
                    $"stats turns={loop.Statistics.Turns} reports={reports} accepted={server.AcceptedCount} open={server.ConnectionCount}");
                break;
            case "hold":
                for (int i = int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture); i > 0; i--)
                {
                    held.Add(File.OpenRead("/dev/null"));
                }

                Console.WriteLine("held");
                break;
            case "free":
                held.ForEach(file => file.Dispose());
                held.Clear();
                Console.WriteLine("freed");
                break;
            default:
                Console.WriteLine($"unknown {command}");
                break;
        }
    }

    Console.WriteLine($"ended aborted={await server.ShutdownAsync(TimeSpan.FromSeconds(1))}");
});
