using System.Net.Security;
using ActorLoop;
using TlsLineServer;

return LineCommand.Run(args, options => EventLoop.Run(async (loop, stop) =>
{
    var tls = new SslServerAuthenticationOptions { ServerCertificateContext = DemoCertificate.Create(options.SaveCertificate) };
    var session = new LineSession(tls);

    // Each connection is a task that reads lines and answers them.
    Server server = await loop.StartServerAsync(session.ServeAsync, options.Host, options.Port, cancellationToken: stop);
    Console.WriteLine($"listening on {server.EndPoints[0]}");

    // Run cancels this token on SIGINT and SIGTERM.
    var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    await using (stop.Register(stopped.SetResult))
    {
        await stopped.Task;
    }

    await server.ShutdownAsync(drainTimeout: TimeSpan.FromSeconds(2));
    Console.WriteLine($"served {session.Connections} connections, {session.Upgrades} of them encrypted");
}));
