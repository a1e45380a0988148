using System.Net;
using ActorLoop;
using SupervisedService.Service;

namespace SupervisedService.Chaos;

/// <summary>Runs the service on this loop, its upstream and its clients on two others, and counts what is lost.</summary>
internal static class ChaosRun
{
    private const int Clients = 20;

    public static async Task<int> RunAsync(EventLoop loop, ServiceOptions options)
    {
        int seed = options.ChaosSeed!.Value;
        await using EventLoopThread far = new(new EventLoopOptions { Name = "upstream", ExceptionHandler = (_, _) => { } });
        await using EventLoopThread near = new(new EventLoopOptions { Name = "clients" });
        var upstream = new ChaosUpstream(far.Loop, seed);
        await On(far.Loop, upstream.StartAsync);

        var events = new ServiceEvents(_ => { });
        var service = new ShopService(loop, "127.0.0.1", upstream.Port, events);
        await using Server server = await service.StartAsync(options.Host, options.Port);
        int port = ((IPEndPoint)server.EndPoints[0]).Port;

        var tally = new ChaosTally();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(options.Seconds), loop.TimeProvider);
        Task misbehaving = On(far.Loop, () => upstream.MisbehaveAsync(stop.Token));
        await On(near.Loop, () => Task.WhenAll(Enumerable.Range(0, Clients).Select(number =>
            new ChaosClient(near.Loop, number, port, new Random(seed + number), tally).RunAsync(stop.Token))));
        await misbehaving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await service.StopAsync();
        return Report(seed, tally, events);
    }

    private static Task On(EventLoop other, Func<Task> body)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        other.Post(() => _ = RunAsync());
        return done.Task;

        async Task RunAsync()
        {
            try
            {
                await body();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        }
    }

    private static int Report(int seed, ChaosTally tally, ServiceEvents events)
    {
        Console.WriteLine($"seed:               {seed}");
        Console.WriteLine($"requests:           {string.Join(", ", tally.Requests.Select(entry => $"{entry.Value} {entry.Key}"))}");
        Console.WriteLine($"connections:        {events.ConnectionsCrashed} crashed and ended alone");
        Console.WriteLine($"worker:             {events.WorkersRestarted} restarts");
        Console.WriteLine($"upstream:           {events.UpstreamConnections} connections");
        Console.WriteLine($"circuit:            opened {events.CircuitsOpened} times, closed {events.CircuitsClosed} times");
        Console.WriteLine($"answered with busy: {tally.BusyAnswers}");
        Console.WriteLine($"lost:               {tally.LostRequests.Count}");
        foreach (string lost in tally.LostRequests.Take(20))
        {
            Console.WriteLine($"  {lost}");
        }

        bool isAccounted = events.ConnectionsCrashed == tally.Requests.GetValueOrDefault("crash")
            && events.WorkersRestarted == tally.Requests.GetValueOrDefault("poison");
        if (!isAccounted)
        {
            Console.WriteLine("crashes and restarts do not match what was asked for");
        }

        return tally.LostRequests.Count == 0 && isAccounted ? 0 : 1;
    }
}
