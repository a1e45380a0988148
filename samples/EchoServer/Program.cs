using ActorLoop;
using EchoServer;

return await EchoCommand.RunAsync(args, async options =>
{
    // One loop per core, each on a thread of its own.
    await using var group = new EventLoopGroup(options.Loops);
    var totals = new Totals();

    // The factory runs once for every client, on the loop that owns the connection.
    Server server = await group.CreateServerAsync(
        () => new EchoProtocol(totals), options.Host, options.Port, placement: options.Placement);
    Console.WriteLine($"listening on {server.EndPoints[0]}");

    await StopSignal.WaitAsync();

    // Stop accepting, let every client have what is still on its way, then end the loops.
    await group.StopAsync(drainTimeout: TimeSpan.FromSeconds(5));
    Console.WriteLine($"served {totals.Connections} connections, echoed {totals.Bytes} bytes");
});
