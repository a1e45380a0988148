using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Datagrams;

/// <summary>A Unix socket whose peer does not read is the one datagram socket that says EAGAIN when told to.</summary>
public class DatagramFlowControlTests : DatagramTest
{
    private const int Overhead = 8;

    [Fact(DisplayName =
        "DG-07 What the system does not take waits, in order and with its boundaries, and the protocol is paused meanwhile")]
    public void SendTo_PeerDoesNotRead_WaitsAndArrives() => Run(async () =>
    {
        const int Count = 300;
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenFullAsync();
        for (int i = 0; i < Count; i++)
        {
            transport.SendTo(TestBytes.Make(i * 7, i));
        }

        await protocol.PausedAsync();
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(TestBytes.Make(i * 7, i), await ReceiveAsync(peer));
        }

        await protocol.ResumedAsync();
        await Patience.WaitForAsync(() => transport.WriteBufferSize == 0, "the last one is told as sent");
        Assert.Equal(Count, transport.Statistics.Sent);
        Assert.Empty(protocol.Errors);
    });

    [Fact(DisplayName =
        "DG-07 The buffer counts each datagram with eight bytes more, and subtracts what it added (defect 3 of section 33)")]
    public void WriteBufferSize_AddedAndSent_IsExact() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenFullAsync();
        await FillAsync(transport);
        int full = transport.WriteBufferSize;
        transport.SendTo(new byte[100]);
        transport.SendTo([]);
        Assert.Equal(full + 100 + Overhead + Overhead, transport.WriteBufferSize);
        for (int round = 0; round < 10; round++)
        {
            // Many rounds, because an error of eight bytes a datagram would only show in the long run.
            while (transport.WriteBufferSize > 0)
            {
                await ReceiveAsync(peer);
                await TurnsAsync();
            }

            Assert.False(protocol.IsPaused);
            while (!protocol.IsPaused)
            {
                transport.SendTo(new byte[1000]);
            }
        }

        Assert.Equal(protocol.Pauses, protocol.Resumes + 1);
        transport.Abort();
        Assert.Equal(0, transport.WriteBufferSize);
    });

    [Fact(DisplayName = "DG-07 The protocol is paused above the high-water mark, not at it, and resumed at the low one")]
    public void PauseWriting_AtTheMarks_IsExact() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenFullAsync();
        await FillAsync(transport, least: 1);
        int full = transport.WriteBufferSize;
        transport.WriteBufferLimits = new WriteBufferLimits(high: full + 2 * (100 + Overhead), low: full);
        transport.SendTo(new byte[100]);
        transport.SendTo(new byte[100]);
        Assert.False(protocol.IsPaused);
        transport.SendTo([]);
        Assert.True(protocol.IsPaused);
        while (transport.WriteBufferSize > full)
        {
            Assert.True(protocol.IsPaused);
            await ReceiveAsync(peer);
            await TurnsAsync();
        }

        Assert.False(protocol.IsPaused);
        transport.WriteBufferLimits = new WriteBufferLimits(high: 0);
        Assert.True(transport.WriteBufferSize == 0 || protocol.IsPaused);
        transport.Abort();
    });

    [Fact(DisplayName = "DG-07 Over the cap datagrams are dropped and counted, and told once until the buffer is low; the endpoint stays")]
    public void SendTo_OverTheCap_IsDropped() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenFullAsync(new WriteBufferLimits(high: 1000, cap: 5000));
        int accepted = 0;
        for (int i = 0; i < 1000; i++)
        {
            int before = transport.WriteBufferSize;
            transport.SendTo(TestBytes.Make(92, i));
            accepted += transport.Statistics.Dropped == 0 ? 1 : 0;
            Assert.InRange(transport.WriteBufferSize, before > 0 ? 1 : 0, 5000 + 100);
        }

        await protocol.FailedAsync(1);
        await TurnsAsync();
        Assert.IsType<WriteBufferOverflowException>(Assert.Single(protocol.Errors));
        Assert.Equal(1000 - accepted, transport.Statistics.Dropped);
        for (int i = 0; i < accepted; i++)
        {
            Assert.Equal(TestBytes.Make(92, i), await ReceiveAsync(peer));
        }

        await protocol.ResumedAsync();
        transport.SendTo("on"u8);
        Assert.Equal("on", Text(await ReceiveAsync(peer)));
    });

    [Fact(DisplayName = "DG-07 What was received and is sent on waits as it was, although the receive buffer is used again")]
    public void SendTo_ReceivedDataThatMustWait_IsKept() => Run(async () =>
    {
        const int Count = 200;
        (IDatagramTransport blocked, _, Socket reader) = await OpenFullAsync();
        (_, var source, Socket writer) = await OpenConnectedAsync();
        source.OnDatagram = (data, _) => blocked.SendTo(data);
        for (int i = 0; i < Count; i++)
        {
            writer.Send(TestBytes.Make(i, i));
            if (i % 50 == 49)
            {
                await source.ReceivedAsync(i + 1);
            }
        }

        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(TestBytes.Make(i, i), await ReceiveAsync(reader));
        }
    });

    [Fact(DisplayName = "DG-10 Close waits for a peer that reads slowly, and abort does not")]
    public void Close_WhileBlocked_FlushesFirst() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenFullAsync();
        int count = await FillAsync(transport);
        transport.Close();
        await TurnsAsync(10);
        Assert.False(protocol.Lost.IsCompleted);
        for (int i = 0; i < count; i++)
        {
            await ReceiveAsync(peer);
        }

        Assert.Null(await protocol.Lost);
        Assert.Equal(count, transport.Statistics.Sent);

        (transport, protocol, _) = await OpenFullAsync();
        await FillAsync(transport);
        transport.Abort();
        Assert.Null(await protocol.Lost);
    });

    [Fact(DisplayName = "DG-07 A protocol that aborts when it is paused leaves nothing behind")]
    public void PauseWriting_Aborts_NothingIsLeft() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, _) = await OpenFullAsync();
        protocol.OnPause = transport.Abort;
        await FillAsync(transport);
        Assert.True(transport.IsClosing);
        transport.SendTo("late"u8);
        Assert.Equal(0, transport.WriteBufferSize);
        Assert.Null(await protocol.Lost);
    });

    [Fact(DisplayName = "WR-09 What PauseWriting and ResumeWriting throw is reported, and the endpoint goes on")]
    public void PauseWriting_Throws_IsReported() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenFullAsync();
        protocol.OnPause = () => throw new NotSupportedException("pause");
        protocol.OnResume = () => throw new NotSupportedException("resume");
        int count = await FillAsync(transport);
        for (int i = 0; i < count; i++)
        {
            await ReceiveAsync(peer);
        }

        await protocol.ResumedAsync();
        Assert.Equal(["pause", "resume"], TakeReports().Select(report => report.Exception?.Message));
        Assert.False(transport.IsClosing);
    });

    private async Task<(IDatagramTransport Transport, RecordingDatagramProtocol Protocol, Socket Peer)> OpenFullAsync(
        WriteBufferLimits limits = default)
    {
        (Socket socket, Socket peer) = UnixPair();
        socket.SendBufferSize = 4096;
        (IDatagramTransport transport, RecordingDatagramProtocol protocol) = await OpenAsync(
            new DatagramOptions { Socket = socket, WriteBufferLimits = limits });
        return (transport, protocol, peer);
    }

    /// <summary>Sends until so much has to wait, by default what pauses; returns how many datagrams were sent.</summary>
    private static async Task<int> FillAsync(IDatagramTransport transport, int? least = null)
    {
        int count = 0;
        do
        {
            transport.SendTo(new byte[1000]);
            await TurnsAsync(1);
            Assert.InRange(++count, 1, 1000);
        }
        while (!transport.IsClosing && transport.WriteBufferSize < (least ?? transport.WriteBufferLimits.High + 1));
        return count;
    }
}
