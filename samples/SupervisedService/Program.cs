using ActorLoop;
using SupervisedService;
using SupervisedService.Chaos;
using SupervisedService.Service;

return ServiceCommand.Run(args, ServeAsync, ChaosRun.RunAsync);

static async Task<int> ServeAsync(EventLoop loop, ServiceOptions options)
{
    var service = new ShopService(loop, options.UpstreamHost, options.UpstreamPort, new ServiceEvents(Console.WriteLine));
    Server server = await service.StartAsync(options.Host, options.Port);
    Console.WriteLine($"listening on {server.EndPoints[0]}");

    // SIGINT and SIGTERM run the shutdown of the loop: no new clients, requests finish, actors stop, and this wait is canceled.
    await server.WaitClosedAsync();
    return 0;
}
