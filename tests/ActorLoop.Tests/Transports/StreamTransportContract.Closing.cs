using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Fact(DisplayName = "TR-05 Close says so at once, tells the protocol later, with null, and only once")]
    public void Close_NothingBuffered_EndsInALaterTurn() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        long turn = Loop.Statistics.Turns;
        long lostIn = 0;
        protocol.Record.OnLost = _ => lostIn = Loop.Statistics.Turns;
        transport.Close();
        transport.Close();
        Assert.True(transport.IsClosing);
        Assert.False(protocol.Record.Lost.IsCompleted);
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(turn + 1, lostIn);
        transport.Close();
        transport.Abort();
        await TurnsAsync();
        Assert.Empty(await peer.ReceiveToEndAsync());
    });

    [Fact(DisplayName = "TR-05 Close sends everything that is buffered first")]
    public void Close_WithAFullBuffer_FlushesFirst() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        byte[] written = WriteUntilBlocked(transport);
        transport.Close();
        Assert.True(transport.IsClosing);
        await TurnsAsync(20);
        Assert.False(protocol.Record.Lost.IsCompleted);
        byte[] received = await peer.ReceiveToEndAsync();
        Assert.Equal(written, received);
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(0, transport.WriteBufferSize);
    });

    [Fact(DisplayName = "TR-05 Close after small writes of the same callback sends them")]
    public void Close_InTheCallbackThatWrote_SendsWhatItWrote() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = transport =>
        {
            transport.Write("hello "u8);
            transport.Write("world"u8);
            transport.Close();
        };
        RawPeer peer = await ConnectAsync(protocol);
        Assert.Equal("hello world"u8.ToArray(), await peer.ReceiveToEndAsync());
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "TR-06 What is written after Close is dropped, also while the buffer drains")]
    public void Write_AfterCloseWhileDraining_IsDropped() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        byte[] written = WriteUntilBlocked(transport);
        int buffered = transport.WriteBufferSize;
        transport.Close();
        transport.Write("more"u8);
        AssertSize(buffered, transport.WriteBufferSize);
        Assert.Equal(written, await peer.ReceiveToEndAsync());
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "TR-07 Abort drops the buffer and ends with null in a later turn, whatever is called after it")]
    public void Abort_WithAFullBuffer_DropsIt() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        byte[] written = WriteUntilBlocked(transport);
        transport.Abort();
        Assert.Equal(0, transport.WriteBufferSize);
        Assert.True(transport.IsClosing);
        Assert.False(protocol.Record.Lost.IsCompleted);
        transport.Abort();
        transport.Close();
        Assert.Null(await protocol.Record.Lost);
        byte[] received = await ReceiveAfterAbortAsync(peer);
        Assert.True(received.Length < written.Length);
        Assert.Equal(written[..received.Length], received);
    });

    [Fact(DisplayName = "TR-07 Abort ends a connection that is closing but cannot drain")]
    public void Abort_AfterCloseThatCannotDrain_EndsIt() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        await ConnectAsync(protocol, smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        WriteUntilBlocked(transport);
        transport.Close();
        await TurnsAsync();
        transport.Abort();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "TR-08 A clean end by the peer is null")]
    public void PeerCloses_InOrder_IsNull() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        peer.Dispose();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(["made", "eof", "lost"], protocol.Record.Calls);
    });

    [Theory(DisplayName = "TR-09 The socket is open inside ConnectionLost and closed after it, also when that throws")]
    [InlineData(false)]
    [InlineData(true)]
    public void ConnectionLost_AsTheLastCall_StillHasTheSocket(bool throws) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        Task<byte[]> end = peer.ReceiveToEndAsync();
        int descriptorInside = -1;
        bool endSeenInside = true;
        protocol.Record.OnLost = _ =>
        {
            descriptorInside = ((TransportSocket)transport.GetExtraInfo("socket")!).Descriptor;
            endSeenInside = end.IsCompleted;
            if (throws)
            {
                throw new InvalidOperationException("lost");
            }
        };
        transport.Close();
        await end;
        Assert.True(descriptorInside >= 0);
        Assert.False(endSeenInside);
        Assert.Equal(-1, ((TransportSocket)transport.GetExtraInfo("socket")!).Descriptor);
        if (throws)
        {
            Assert.Equal("lost", TakeReport().Exception!.Message);
        }
    });

    [Theory(DisplayName = "TR-05 TR-07 F32 Any way of ending, in any state, ends with one ConnectionLost(null)")]
    [InlineData("made")]
    [InlineData("idle")]
    [InlineData("data")]
    [InlineData("eof")]
    [InlineData("paused")]
    [InlineData("blocked")]
    [InlineData("lost")]
    public void Ending_InEveryState_HappensOnce(string state) => Run(async () =>
    {
        Action<ITransport>[] endings =
        [
            t => t.Close(),
            t => t.Abort(),
            t => { t.Close(); t.Close(); },
            t => { t.Abort(); t.Close(); },
            t => { t.Close(); t.Abort(); },
            t => { EndSending(t); t.Close(); },
            t => { EndSending(t); t.Abort(); },
            t => { t.Close(); EndSending(t); t.PauseReading(); t.ResumeReading(); },
            t => { t.PauseReading(); t.Close(); t.ResumeReading(); },
        ];
        foreach (Action<ITransport> ending in endings)
        {
            RecordingProtocol protocol = Recorder();
            await EndInStateAsync(protocol, state, ending);
            Assert.Equal("lost", protocol.Record.Calls[^1]);
        }
    });

    private static void EndSending(ITransport transport)
    {
        if (transport.CanWriteEof)
        {
            transport.WriteEof();
        }
    }

    private async Task EndInStateAsync(RecordingProtocol protocol, string state, Action<ITransport> ending)
    {
        ProtocolRecord record = protocol.Record;
        record.OnMade = state == "made" ? ending : null;
        record.OnData = _ => ending(record.Transport);
        record.OnEof = () =>
        {
            ending(record.Transport);
            return true;
        };
        record.OnLost = state == "lost" ? _ => ending(record.Transport) : null;
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: state == "blocked");
        switch (state)
        {
            case "data":
                await peer.SendAsync(new byte[10]);
                break;
            case "eof":
                peer.ShutdownSend();
                break;
            case "made":
                break;
            case "lost":
                record.Transport.Close();
                break;
            default:
                if (state == "blocked")
                {
                    WriteUntilBlocked(record.Transport);
                }
                else if (state == "paused")
                {
                    record.Transport.PauseReading();
                }

                ending(record.Transport);
                break;
        }

        Task<bool> end = peer.EndedByResetAsync();
        Assert.Null(await record.Lost);
        await end;
    }

    /// <summary>
    /// What came before the end. Under TLS the peer sends by itself, tickets say, and the system resets a connection that is closed with
    /// bytes nobody read.
    /// </summary>
    private async Task<byte[]> ReceiveAfterAbortAsync(RawPeer peer)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await peer.ReceiveSomeAsync(buffer) is > 0 and int now)
            {
                all.Write(buffer, 0, now);
            }
        }
        catch (SocketException failure) when (!Kind.IsPlain && failure.SocketErrorCode == SocketError.ConnectionReset)
        {
            // As much of an end as any other.
        }

        return all.ToArray();
    }
}
