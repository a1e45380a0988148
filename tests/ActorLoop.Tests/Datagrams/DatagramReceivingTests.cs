using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Datagrams;

public sealed class DatagramReceivingTests : DatagramTest
{
    [Fact(DisplayName = "DG-09 What waits arrives in order and one by one, a limited number a turn")]
    public void DatagramReceived_ManyWaiting_ComeInOrder() => Run(async () =>
    {
        const int Count = 100;
        int perTurn = 0;
        int most = 0;
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        protocol.OnDatagram = (_, _) =>
        {
            if (perTurn++ == 0)
            {
                Loop.CallSoon(() => perTurn = 0);
            }

            most = Math.Max(most, perTurn);
        };
        for (int i = 0; i < Count; i++)
        {
            peer.Send(Bytes($"{i}"));
        }

        await protocol.ReceivedAsync(Count);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), protocol.Datagrams.Select(d => Text(d.Data)));
        Assert.InRange(most, 2, 32);
        Assert.Equal(Count, transport.Statistics.Received);
    });

    [Theory(DisplayName = "DG-09 Datagrams of every size arrive whole, up to the largest there is")]
    [InlineData(1)]
    [InlineData(1472)]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 1)]
    [InlineData(65507)]
    public void SendTo_EverySize_ArrivesWhole(int size) => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        byte[] data = TestBytes.Make(size);
        transport.SendTo(data);
        byte[] there = await ReceiveAsync(peer);
        Assert.True(data.AsSpan().SequenceEqual(there));
        await peer.SendAsync(there);
        await protocol.ReceivedAsync(1);
        Assert.True(data.AsSpan().SequenceEqual(protocol.Datagrams[0].Data));
        Assert.Equal(0, transport.Statistics.Truncated);
    });

    [Fact(DisplayName = "DG-09 A datagram longer than the buffer is delivered without its end, and counted")]
    public void DatagramReceived_LongerThanTheBuffer_IsTruncated() => Run(async () =>
    {
        (Socket socket, Socket peer) = UnixPair();
        (IDatagramTransport transport, var protocol) = await OpenAsync(new DatagramOptions { Socket = socket });
        peer.SendBufferSize = 1024 * 1024;
        byte[] data = TestBytes.Make(300_000);
        Assert.Equal(data.Length, peer.Send(data));
        await protocol.ReceivedAsync(1);
        Assert.Equal(256 * 1024, protocol.Datagrams[0].Data.Length);
        Assert.True(data.AsSpan(0, 256 * 1024).SequenceEqual(protocol.Datagrams[0].Data));
        Assert.Equal(1, transport.Statistics.Truncated);
    });

    [Fact(DisplayName = "DG-11 Nothing is delivered while reading is paused, and everything after")]
    public void PauseReading_DatagramsArrive_WaitUntilResumed() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync(
            setUp: protocol => protocol.OnMade = made => made.PauseReading());
        Assert.False(transport.IsReading);
        transport.PauseReading();
        await peer.SendAsync(Bytes("one"));
        await peer.SendAsync(Bytes("two"));
        await TurnsAsync(10);
        Assert.Empty(protocol.Datagrams);
        transport.ResumeReading();
        transport.ResumeReading();
        Assert.True(transport.IsReading);
        await protocol.ReceivedAsync(2);
        Assert.Equal(["one", "two"], protocol.Datagrams.Select(d => Text(d.Data)));
    });

    [Fact(DisplayName = "DG-11 A protocol that pauses after each datagram gets each, in order, one after each resumption")]
    public void PauseReading_WithinABatch_LosesNothing() => Run(async () =>
    {
        const int Count = 70;
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        protocol.OnDatagram = (_, _) =>
        {
            transport.PauseReading();
            Loop.CallSoon(transport.ResumeReading);
        };
        for (int i = 0; i < Count; i++)
        {
            peer.Send(Bytes($"{i}"));
        }

        await protocol.ReceivedAsync(Count);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), protocol.Datagrams.Select(d => Text(d.Data)));
    });

    [Fact(DisplayName = "DG-11 A paused endpoint that datagrams wait for costs nothing")]
    public void PauseReading_DatagramsWait_LoopSleeps() => Run(async () =>
    {
        (IDatagramTransport transport, _, Socket peer) = await OpenConnectedAsync();
        transport.PauseReading();
        await peer.SendAsync(Bytes("one"));
        await Task.Delay(TimeSpan.FromMilliseconds(20), Loop.TimeProvider);
        long turns = Loop.Statistics.Turns;
        await Task.Delay(TimeSpan.FromMilliseconds(50), Loop.TimeProvider);
        Assert.InRange(Loop.Statistics.Turns - turns, 0, 20);
    });

    [Fact(DisplayName = "DG-08 What a callback throws is reported, and the endpoint goes on with the next datagram")]
    public void DatagramReceived_Throws_NextOneComes() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        protocol.OnDatagram = (data, _) =>
        {
            if (Text(data) == "bad")
            {
                throw new FormatException("bad datagram");
            }
        };
        peer.Send(Bytes("bad"));
        peer.Send(Bytes("good"));
        await protocol.ReceivedAsync(2);
        LoopExceptionContext report = Reports.TakeOne();
        Assert.Equal(LoopErrorKind.Protocol, report.Kind);
        Assert.IsType<FormatException>(report.Exception);
        Assert.Same(transport, report.Transport);
        Assert.Same(protocol, report.Protocol);
        Assert.False(transport.IsClosing);
    });

    [Fact(DisplayName = "TR-10 ConnectionMade that throws is reported and closes the endpoint")]
    public void ConnectionMade_Throws_ClosesTheEndpoint() => Run(async () =>
    {
        var (_, protocol) = await OpenAsync(setUp: protocol => protocol.OnMade = _ => throw new NotSupportedException());
        Assert.IsType<NotSupportedException>(await protocol.Lost);
        Assert.IsType<NotSupportedException>(Reports.TakeOne().Exception);
    });
}
