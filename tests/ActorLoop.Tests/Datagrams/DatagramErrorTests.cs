using System.Net;
using System.Net.Sockets;
using Xunit;

namespace ActorLoop.Tests.Datagrams;

public class DatagramErrorTests : DatagramTest
{
    [Fact(DisplayName = "DG-08 A refused datagram is an error, not the end: the endpoint sends and receives when somebody listens again")]
    public void ErrorReceived_NobodyListens_EndpointSurvives() => Run(async () =>
    {
        Socket gone = Peer();
        EndPoint address = gone.LocalEndPoint!;
        gone.Dispose();
        (IDatagramTransport transport, var protocol) = await OpenAsync(new DatagramOptions
        {
            LocalEndPoint = AnyPort,
            RemoteEndPoint = address
        });
        transport.SendTo("is anybody there"u8);
        await protocol.FailedAsync(1);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(protocol.Errors[0]).SocketErrorCode);

        using var back = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        back.Bind(address);
        transport.SendTo("and now"u8);
        Assert.Equal("and now", Text(await ReceiveAsync(back)));
        await back.SendToAsync(Bytes("yes"), transport.LocalEndPoint!);
        await protocol.ReceivedAsync(1);
        Assert.False(transport.IsClosing);
    });

    [Fact(DisplayName = "DG-08 The refusal of one datagram does not cost the next ones")]
    public void SendTo_AfterARefusal_SendsEveryDatagram() => Run(async () =>
    {
        Socket gone = Peer();
        EndPoint address = gone.LocalEndPoint!;
        gone.Dispose();
        (IDatagramTransport transport, var protocol) = await OpenAsync(new DatagramOptions
        {
            LocalEndPoint = AnyPort,
            RemoteEndPoint = address
        });
        for (int i = 0; i < 10; i++)
        {
            transport.SendTo("into the void"u8);
        }

        await protocol.FailedAsync(1);
        await TurnsAsync();
        Assert.All(protocol.Errors, error => Assert.Equal(SocketError.ConnectionRefused, ((SocketException)error).SocketErrorCode));
        Assert.Equal(10, transport.Statistics.Sent);
        Assert.Equal(0, transport.Statistics.Dropped);
    });

    [Fact(DisplayName = "DG-08 A refusal is told also while reading is paused, and does not keep the loop busy")]
    public void ErrorReceived_WhilePaused_IsTold() => Run(async () =>
    {
        Socket gone = Peer();
        EndPoint address = gone.LocalEndPoint!;
        gone.Dispose();
        (IDatagramTransport transport, var protocol) = await OpenAsync(new DatagramOptions
        {
            LocalEndPoint = AnyPort,
            RemoteEndPoint = address
        });
        transport.PauseReading();
        transport.SendTo("x"u8);
        await protocol.FailedAsync(1);
        await Task.Delay(TimeSpan.FromMilliseconds(10), Loop.TimeProvider);
        long turns = Loop.Statistics.Turns;
        await Task.Delay(TimeSpan.FromMilliseconds(50), Loop.TimeProvider);
        Assert.InRange(Loop.Statistics.Turns - turns, 0, 20);
        Assert.Single(protocol.Errors);
    });

    [Fact(DisplayName = "DG-08 A datagram that is too long fails alone, told after the callback; its neighbours arrive")]
    public void SendTo_TooLong_FailsAlone() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        transport.SendTo("before"u8);
        transport.SendTo(new byte[65508]);
        transport.SendTo("after"u8);
        Assert.Empty(protocol.Errors);
        Assert.Equal("before", Text(await ReceiveAsync(peer)));
        Assert.Equal("after", Text(await ReceiveAsync(peer)));
        Assert.Equal(SocketError.MessageSize, Assert.IsType<SocketException>(Assert.Single(protocol.Errors)).SocketErrorCode);
        Assert.Equal(new DatagramStatistics { Sent = 2, Dropped = 1, Overrun = 0 }, transport.Statistics);
    });

    [Fact(DisplayName = "DG-08 ErrorReceived that throws is reported, and the endpoint goes on")]
    public void ErrorReceived_Throws_IsReported() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        protocol.OnError = _ => throw new NotSupportedException();
        transport.SendTo(new byte[65508]);
        await protocol.FailedAsync(1);
        transport.SendTo("on"u8);
        Assert.Equal("on", Text(await ReceiveAsync(peer)));
        Assert.IsType<NotSupportedException>(TakeReport().Exception);
    });

    [Fact(DisplayName = "DG-08 A protocol that sends again whenever sending failed does not hold the loop")]
    public void ErrorReceived_SendsAgain_LoopGoesOn() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, _) = await OpenConnectedAsync();
        protocol.OnError = _ => transport.SendTo(new byte[65508]);
        transport.SendTo(new byte[65508]);
        await protocol.FailedAsync(3);
        await TurnsAsync(10);
        protocol.OnError = null;
        Assert.InRange(protocol.Errors.Count, 3, 100);
    });

    [Fact(DisplayName = "DG-08 A callback that sends thousands into nowhere is told so a few times; the statistics count all")]
    public void SendTo_ThousandsFail_AreToldAFewTimes() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol) = await OpenAsync();
        var nowhere = new IPEndPoint(IPAddress.Loopback, 0);
        for (int i = 0; i < 1000; i++)
        {
            transport.SendTo("x"u8, nowhere);
        }

        await protocol.FailedAsync(64);
        await TurnsAsync();
        Assert.Equal(64, protocol.Errors.Count);
        Assert.Equal(1000, transport.Statistics.Dropped);
        Assert.Equal(0, transport.WriteBufferSize);
    });
}
