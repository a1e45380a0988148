using System.Net;
using ActorLoop;
using UdpEcho;

return await EchoCommand.RunAsync(args, Serve, Ask, Demonstrate);

// Answers until SIGINT or SIGTERM cancels the task.
static void Serve(string host, int port) => EventLoop.Run(async (loop, stop) =>
{
    (IDatagramTransport transport, _) = await loop.CreateDatagramEndpointAsync(
        () => new EchoServerProtocol(), new DatagramOptions { LocalEndPoint = new DnsEndPoint(host, port) }, stop);
    Console.WriteLine($"listening on {transport.LocalEndPoint}");
    try
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, loop.TimeProvider, stop);
    }
    finally
    {
        transport.Close();
    }
});

// Sends one datagram and waits for the answer.
static void Ask(string host, int port, string message) => EventLoop.Run(
    (loop, stop) => AskAsync(loop, new DnsEndPoint(host, port), message, stop));

// A server and a client on one loop.
static void Demonstrate(string message) => EventLoop.Run(async (loop, stop) =>
{
    (IDatagramTransport server, _) = await loop.CreateDatagramEndpointAsync(
        () => new EchoServerProtocol(), new DatagramOptions { LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 0) }, stop);
    await AskAsync(loop, server.LocalEndPoint!, message, stop);
    server.Close();
});

static async Task AskAsync(EventLoop loop, EndPoint server, string message, CancellationToken stop)
{
    LoopFuture<bool> closed = loop.CreateFuture<bool>();

    // With a remote end point the socket is connected: the protocol need not name a receiver, and hears of nobody else.
    await loop.CreateDatagramEndpointAsync(
        () => new EchoClientProtocol(message, closed), new DatagramOptions { RemoteEndPoint = server }, stop);
    await closed;
}
