namespace ActorLoop.TestHost;

/// <summary>
/// An echo server for tests that must limit, trace or kill its process. It prints every report of the loop, answers "stats" with
/// counters, and ends in order with its input.
/// </summary>
internal static class EchoHost
{
    public static void Run() => EventLoop.Run(async loop =>
    {
        loop.ExceptionHandler = static (_, report) => Console.WriteLine($"report {report.Kind}");
        Server server = await loop.CreateServerAsync(() => new EchoProtocol(), "127.0.0.1", 0, new ServerOptions { Backlog = 512 });
        Console.WriteLine($"listening on {server.EndPoints[0]}");
        while (await Task.Run(Console.ReadLine) is { } command)
        {
            Console.WriteLine(
                command == "stats"
                    ? $"stats turns={loop.Statistics.Turns} accepted={server.AcceptedCount} open={server.ConnectionCount}"
                    : $"unknown {command}");
        }

        Console.WriteLine($"ended aborted={await server.ShutdownAsync(TimeSpan.FromSeconds(1))}");
    });
}
