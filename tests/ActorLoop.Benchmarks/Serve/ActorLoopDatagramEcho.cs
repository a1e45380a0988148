using System.Net;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>One datagram endpoint that sends back what it receives.</summary>
internal static class ActorLoopDatagramEcho
{
    public static void Run(IPEndPoint endPoint, CancellationToken cancellationToken) => EventLoop.Run(async loop =>
    {
        (IDatagramTransport transport, _) = await loop.CreateDatagramEndpointAsync(
            () => new Echo(), new DatagramOptions { LocalEndPoint = endPoint }, cancellationToken);
        Announcement.Write(transport.LocalEndPoint!);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, loop.TimeProvider, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    });

    private sealed class Echo : DatagramProtocol
    {
        private IDatagramTransport? _transport;

        public override void ConnectionMade(IDatagramTransport transport) => _transport = transport;

        public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint remote) => _transport!.SendTo(data, remote);
    }
}
