using ActorLoop;
using PortForwarder;

return await ForwardCommand.RunAsync(args, async options =>
{
    await using var group = new EventLoopGroup(options.Loops);
    var traffic = new Traffic();
    Server server = await group.CreateServerAsync(() => new ClientEnd(options.Target, traffic), options.Host, options.Port);
    Console.WriteLine($"listening on {server.EndPoints[0]}");

    await StopSignal.WaitAsync();

    // Stop accepting and let the connections come to their end; those that stay are closed after what they have buffered was sent.
    server.Close();
    Task quiet = traffic.QuietAsync(TimeSpan.FromSeconds(4));
    await Task.WhenAny(quiet, Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System));
    server.CloseClients();
    await quiet;
    await group.StopAsync(TimeSpan.Zero);
    Console.WriteLine(
        $"forwarded {traffic.Connections} connections, {traffic.Sent} bytes to {options.Target} and {traffic.Returned} bytes back");
});
