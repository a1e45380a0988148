using System.Net;
using System.Net.Sockets;
using ActorLoop.Scheduling;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

/// <summary>What only TCP has, or only the kernel can show.</summary>
public sealed class TcpTransportTests : LoopTest
{
    private readonly TcpKind _kind = new(static () => new EpollSelector());

    [Fact(DisplayName = "WR-01 Small writes of one callback leave in one segment, although TCP_NODELAY is on")]
    public void Write_SeveralInOneCallback_IsOneSegment() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        using RawPeer peer = await _kind.ConnectAsync(Loop, protocol);
        ITransport transport = protocol.Record.Transport;
        int before = DataSegmentsSent(transport);
        Loop.CallSoon(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                transport.Write(new byte[50]);
            }

            transport.Write(Pieces.Of(new byte[10], new byte[20], new byte[30]));
        });
        await peer.ReceiveAsync(1060);
        Assert.Equal(1, DataSegmentsSent(transport) - before);
        for (int i = 0; i < 3; i++)
        {
            Loop.CallSoon(() => transport.Write(new byte[10]));
        }

        await peer.ReceiveAsync(30);
        Assert.Equal(4, DataSegmentsSent(transport) - before);
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "TR-17 Readiness without data is ignored")]
    public void Readiness_WithoutData_IsIgnored() => Run(async () =>
    {
        RecordingProtocol span = Recorder();
        RecordingBufferedProtocol own = Watched(new RecordingBufferedProtocol());
        foreach (StreamProtocol protocol in new StreamProtocol[] { span, own })
        {
            ProtocolRecord record = ((IRecordingProtocol)protocol).Record;
            using RawPeer peer = await _kind.ConnectAsync(Loop, protocol);
            for (int i = 0; i < 100; i++)
            {
                // What the loop runs when the selector reports the descriptor.
                ((IMessage)record.Transport).Run();
            }

            Assert.Equal(["made"], record.Calls);
            await peer.SendAsync("now"u8.ToArray());
            await record.ReceivedAsync(3);
            record.Transport.Close();
            await record.Lost;
        }
    });

    [Fact(DisplayName = "TR-17 Data that somebody else took between readiness and receive is no end of stream")]
    public void Readiness_DataTakenMeanwhile_IsIgnored() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        using RawPeer peer = await _kind.ConnectAsync(Loop, protocol);
        var view = (TransportSocket)protocol.Record.Transport.GetExtraInfo("socket")!;
        using var thief = new Socket(new SafeSocketHandle(view.Descriptor, ownsHandle: false));
        var stolen = new byte[100];
        int taken = 0;
        void Steal()
        {
            // Queued before the poll, so it runs before the readiness the poll finds.
            if (taken == 0)
            {
                taken = thief.Available > 0 ? thief.Receive(stolen) : 0;
                Loop.CallSoon(Steal);
            }
        }

        Loop.CallSoon(Steal);
        await peer.SendAsync("stolen"u8.ToArray());
        await Patience.WaitForAsync(() => taken == 6, "the bytes are taken");
        await TurnsAsync();
        Assert.Equal(["made"], protocol.Record.Calls);
        await peer.SendAsync("seen"u8.ToArray());
        await protocol.Record.ReceivedAsync(4);
        protocol.Record.Transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "TR-01 IPv6 carries the same bytes and names")]
    public void Ipv6_Echo_Works() => Run(async () =>
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        RecordingProtocol server = Recorder();
        RecordingProtocol client = Recorder();
        server.Record.OnData = data => server.Record.Transport.Write(data);
        await using Server listening = await Loop.CreateServerAsync(() => server, "::1", 0);
        int port = ((IPEndPoint)listening.EndPoints[0]).Port;
        (ITransport transport, _) = await Loop.CreateConnectionAsync(() => client, "::1", port);
        transport.Write("six"u8);
        await client.Record.ReceivedAsync(3);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, port), transport.RemoteEndPoint);
        Assert.Equal(transport.LocalEndPoint, server.Record.Transport.RemoteEndPoint);
        transport.Close();
        await client.Record.Lost;
    });

    /// <summary>tcpi_data_segs_out of TCP_INFO.</summary>
    private static int DataSegmentsSent(ITransport transport)
    {
        var info = new byte[256];
        ((TransportSocket)transport.GetExtraInfo("socket")!).GetRawOption(6, 11, info);
        return BitConverter.ToInt32(info, 156);
    }
}
