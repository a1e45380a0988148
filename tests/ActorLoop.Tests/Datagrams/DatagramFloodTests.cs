using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Datagrams;

/// <summary>Somebody sends as fast as he can, and everybody else on the loop is served all the same.</summary>
public sealed class DatagramFloodTests : DatagramTest
{
    private const int RoundTrips = 30;

    /// <summary>As many as one call brings; what waits longer waits until the others had their turn.</summary>
    private const int Budget = 32;

    [Fact(DisplayName = "DG-05 F36 A flood of datagrams takes its budget of each turn: a TCP connection of the same loop is answered")]
    public void DatagramReceived_Flood_LeavesRoomForOthers() => Run(async () =>
    {
        var protocol = new Counting(Loop);
        (IDatagramTransport endpoint, _) = await Loop.CreateDatagramEndpointAsync(
            () => protocol, new DatagramOptions { LocalEndPoint = AnyPort });
        await using Server control = await Loop.CreateServerAsync(() => new Echo(), "127.0.0.1", 0);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(control.EndPoints[0]);
        using var enough = new CancellationTokenSource();
        Task<long> flood = Task.Run(() => Flood(endpoint.LocalEndPoint!, enough.Token));
        try
        {
            await Patience.WaitForAsync(() => endpoint.Statistics.Received > 1000, "the flood has reached the endpoint");
            byte[] answer = new byte[4];
            for (int i = 0; i < RoundTrips; i++)
            {
                long before = endpoint.Statistics.Received;
                await client.SendAsync(BitConverter.GetBytes(i)).WaitAsync(Patience.Bound);
                Assert.Equal(4, await client.ReceiveAsync(answer).WaitAsync(Patience.Bound));
                Assert.Equal(i, BitConverter.ToInt32(answer));
                await Patience.WaitForAsync(() => endpoint.Statistics.Received > before, "the flood goes on");
            }
        }
        finally
        {
            await enough.CancelAsync();
            Assert.True(await flood > endpoint.Statistics.Received / 2);
        }

        Assert.InRange(protocol.MostInTurn, 1, Budget);
        Assert.Equal(0, protocol.Errors);
        endpoint.Close();
        client.Dispose();
        control.Close();
        await control.WaitClosedAsync();
    });

    private static long Flood(EndPoint target, CancellationToken enough)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(target);
        byte[] data = new byte[64];
        long sent = 0;
        while (!enough.IsCancellationRequested)
        {
            socket.Send(data);
            sent++;
        }

        return sent;
    }

    private sealed class Counting(EventLoop loop) : DatagramProtocol
    {
        private long _turn;
        private int _inTurn;

        public int MostInTurn { get; private set; }

        public int Errors { get; private set; }

        public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint remote)
        {
            long turn = loop.Statistics.Turns;
            _inTurn = turn == _turn ? _inTurn + 1 : 1;
            _turn = turn;
            MostInTurn = Math.Max(MostInTurn, _inTurn);
        }

        public override void ErrorReceived(Exception exception) => Errors++;
    }

    private sealed class Echo : Protocol
    {
        private ITransport? _transport;

        public override void ConnectionMade(ITransport transport) => _transport = transport;

        public override void DataReceived(ReadOnlySpan<byte> data) => _transport!.Write(data);
    }
}
