using System.Net;

namespace ActorLoop.TestHost;

/// <summary>Serves until a signal asks it to end, and says how that went.</summary>
internal static class ShutdownHost
{
    /// <summary>A server over a group.</summary>
    public static async Task RunGroupAsync()
    {
        await using var group = new EventLoopGroup(2, new EventLoopGroupOptions { ShutdownOnSignals = true });
        Server server = await group.CreateServerAsync(() => new EchoProtocol(), "127.0.0.1", 0);
        Announce(server);
        await group.Completion;
        Report(await group.Shutdown.RunAsync());
    }

    /// <summary>A server of one loop, whose program ends with the server.</summary>
    public static void RunLoop()
    {
        CoordinatedShutdown? shutdown = null;
        EventLoop.Run(
            async loop =>
            {
                shutdown = loop.Shutdown;
                Server server = await loop.CreateServerAsync(() => new EchoProtocol(), "127.0.0.1", 0);
                Announce(server);
                await server.ServeForeverAsync();
            },
            new EventLoopOptions { ShutdownOnSignals = true });
        Report(shutdown!.RunAsync().GetAwaiter().GetResult());
    }

    private static void Announce(Server server) => Console.WriteLine($"listening {((IPEndPoint)server.EndPoints[0]).Port}");

    private static void Report(ShutdownReport report) =>
        Console.WriteLine($"ended {report.Reason.Signal} {(report.IsClean ? "clean" : string.Join(", ", report.Phases))}");
}
