using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Datagrams;

public sealed class DatagramAllocationTests : DatagramTest
{
    private const int Rounds = 200;
    private const int Senders = 20;

    [Theory(DisplayName = "Receiving, answering and sending allocate nothing once the senders are known")]
    [InlineData(false, DatagramOffloads.None)]
    [InlineData(false, DatagramOffloads.All)]
    [InlineData(true, DatagramOffloads.None)]
    public void Echo_KnownSenders_AllocatesNothing(bool freshEndPoints, DatagramOffloads offloads) => Run(async () =>
    {
        var echo = new MeasuringEcho(freshEndPoints);
        var options = new DatagramOptions { LocalEndPoint = AnyPort, Offloads = offloads };
        await Loop.CreateDatagramEndpointAsync(() => echo, options);
        Socket[] peers = [.. Enumerable.Range(0, Senders).Select(_ => Peer())];
        byte[] data = TestBytes.Make(64);
        var buffer = new byte[64];
        await Task.Run(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                foreach (Socket peer in peers)
                {
                    peer.SendTo(data, echo.Transport.LocalEndPoint!);
                }

                foreach (Socket peer in peers)
                {
                    peer.ReceiveTimeout = (int)Patience.Bound.TotalMilliseconds;
                    Assert.Equal(64, peer.Receive(buffer));
                }
            }
        });
        Assert.Equal(Rounds * Senders, echo.Count);

        // The first rounds learn the senders; what they cost at all shows that the measure works.
        Assert.True(echo.AllocatedFirst > 0, "the measure sees nothing");
        Assert.InRange(echo.AllocatedLater, 0, Allocations.Noise);
    });

    /// <summary>
    /// Looks at the thread's count of allocated bytes at each datagram: everything between two is what the first cost.
    /// </summary>
    private sealed class MeasuringEcho(bool freshEndPoints) : DatagramProtocol
    {
        private const int Learning = Rounds * Senders / 2;
        private readonly IPEndPoint[] _fresh = new IPEndPoint[Senders];
        private long _mark = -1;

        public IDatagramTransport Transport { get; private set; } = null!;

        public int Count { get; private set; }

        public long AllocatedFirst { get; private set; }

        public long AllocatedLater { get; private set; }

        public override void ConnectionMade(IDatagramTransport transport) => Transport = transport;

        public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint remote)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            long cost = _mark < 0 ? 0 : now - _mark;
            if (++Count <= Learning)
            {
                AllocatedFirst += cost;
            }
            else
            {
                AllocatedLater += cost;
            }

            Transport.SendTo(data, freshEndPoints ? Fresh((IPEndPoint)remote) : remote);
            _mark = now;
        }

        /// <summary>An end point that is not the object the transport knows, made while senders are learned.</summary>
        private IPEndPoint Fresh(IPEndPoint remote)
        {
            int slot = 0;
            while (_fresh[slot] is { } known && !known.Equals(remote))
            {
                slot++;
            }

            return _fresh[slot] ??= new IPEndPoint(remote.Address, remote.Port);
        }
    }
}
