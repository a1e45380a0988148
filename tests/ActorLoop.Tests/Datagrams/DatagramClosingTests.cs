using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Datagrams;

public class DatagramClosingTests : DatagramTest
{
    [Fact(DisplayName = "DG-10 Close sends what was sent before it, then ends the endpoint in a later turn")]
    public void Close_DatagramsQueued_AreSentFirst() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        transport.SendTo("one"u8);
        transport.SendTo("two"u8);
        transport.Close();
        transport.Close();
        Assert.True(transport.IsClosing);
        Assert.False(protocol.Lost.IsCompleted);
        Assert.Null(await protocol.Lost);
        Assert.Equal("one", Text(await ReceiveAsync(peer)));
        Assert.Equal("two", Text(await ReceiveAsync(peer)));
    });

    [Fact(DisplayName = "DG-10 Abort drops what was sent before it")]
    public void Abort_DatagramsQueued_AreDropped() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        transport.SendTo("never"u8);
        transport.Abort();
        transport.Abort();
        transport.Close();
        Assert.Equal(0, transport.WriteBufferSize);
        Assert.Null(await protocol.Lost);
        Assert.Equal(0, peer.Available);
        Assert.Equal(1, transport.Statistics.Dropped);
        Assert.Equal(0, transport.Statistics.Sent);
    });

    [Fact(DisplayName = "DG-10 Datagrams after the close are dropped, from the fifth on with a warning each")]
    public void SendTo_AfterClose_IsDroppedWithAWarning() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        transport.Close();
        for (int i = 0; i < 7; i++)
        {
            transport.SendTo("late"u8);
        }

        await protocol.Lost;
        transport.SendTo("very late"u8);
        Assert.Equal(4, LinesOf(LogLevel.Warning).Length);
        Assert.Equal(8, transport.Statistics.Dropped);
        Assert.Equal(0, peer.Available);
    });

    [Theory(DisplayName = "DG-10 Nothing is delivered after a close or an abort within a batch")]
    [InlineData(true)]
    [InlineData(false)]
    public void Close_WithinABatch_NothingMoreIsDelivered(bool abort) => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenConnectedAsync();
        protocol.OnDatagram = (_, _) =>
        {
            if (abort)
            {
                transport.Abort();
            }
            else
            {
                transport.Close();
            }
        };
        for (int i = 0; i < 10; i++)
        {
            peer.Send(Bytes($"{i}"));
        }

        Assert.Null(await protocol.Lost);
        Assert.Single(protocol.Datagrams);
    });

    [Fact(DisplayName = "DG-10 An error of the last callback is told before the end")]
    public void Close_AfterAFailure_TellsTheError() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, _) = await OpenConnectedAsync();
        transport.SendTo(new byte[65508]);
        transport.Close();
        Assert.Null(await protocol.Lost);
        Assert.Single(protocol.Errors);
    });

    [Fact(DisplayName = "LC-13 A loop that closes ends its endpoints")]
    public async Task LoopClose_OpenEndpoint_IsLost()
    {
        var protocol = Recorder();
        Run(() => Loop.CreateDatagramEndpointAsync(() => protocol, new DatagramOptions { LocalEndPoint = AnyPort }));
        Assert.IsType<LoopClosedException>(await protocol.Lost);
    }

    [Fact(DisplayName = "A closed loop opens no endpoint")]
    public async Task CreateDatagramEndpoint_ClosedLoop_Throws()
    {
        var loop = new SelectorEventLoop();
        loop.Close();
        var options = new DatagramOptions { LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        await Assert.ThrowsAsync<LoopClosedException>(() => loop.CreateDatagramEndpointAsync(() =>
            new RecordingDatagramProtocol(), options));
    }
}
