using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

/// <summary>What transports promise besides if their peer can end a connection by a reset, whatever it has read.</summary>
public abstract class ResettingTransportContract : StreamTransportContract
{
    [Fact(DisplayName = "TR-08 A reset is told as the socket's error and is not reported to the exception handler")]
    public void PeerResets_WhileReading_IsAConnectionReset() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        peer.Reset();
        SocketException error = Assert.IsType<SocketException>(await protocol.Record.Lost);
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        Assert.Equal(0, ReportCount);
    });

    [Fact(DisplayName = "CC-13 Names nobody asked for before a reset are known after it")]
    public void GetExtraInfo_FirstAskedAfterAReset_StillKnowsTheNames() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        EndPoint? peersName = peer.Socket.LocalEndPoint;
        peer.Reset();
        await protocol.Record.Lost;
        await TurnsAsync();
        Assert.NotNull(protocol.Record.Transport.LocalEndPoint);
        Assert.Equal(peersName, protocol.Record.Transport.RemoteEndPoint);
    });

    [Theory(DisplayName = "TR-13 F5 A reset ends a paused connection at once, with or without unread data")]
    [InlineData(0)]
    [InlineData(1000)]
    public void PeerResets_WhilePaused_EndsAtOnce(int unread) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = transport => transport.PauseReading();
        RawPeer peer = await ConnectAsync(protocol);
        if (unread > 0)
        {
            await peer.SendAsync(new byte[unread]);
            await TurnsAsync(10);
        }

        peer.Reset();
        Assert.IsType<SocketException>(await protocol.Record.Lost);
        Assert.Equal(["made", "lost"], protocol.Record.Calls);
    });

    [Theory(DisplayName = "F5 A reset after the peer's end of stream ends the connection, in every reading state, without spinning")]
    [InlineData("kept open")]
    [InlineData("paused before")]
    [InlineData("paused after")]
    [InlineData("half-closed by us")]
    public void PeerResets_AfterItsEnd_EndsTheConnection(string state) => Run(async () =>
    {
        Assert.SkipUnless(Kind.CanHalfClose || state == "paused before", "Such a connection is never half open.");
        const int Rounds = 25;
        long before = Loop.Statistics.Turns;
        for (int round = 0; round < Rounds; round++)
        {
            RecordingProtocol protocol = Recorder();
            protocol.Record.OnEof = () => true;
            RawPeer peer = await ConnectAsync(protocol);
            ITransport transport = protocol.Record.Transport;
            if (state == "paused before")
            {
                transport.PauseReading();
            }

            if (state == "half-closed by us")
            {
                transport.WriteEof();
            }
            else
            {
                peer.ShutdownSend();
            }

            if (state is "kept open" or "paused after")
            {
                await protocol.Record.Eof;
            }
            else
            {
                await TurnsAsync();
            }

            if (state == "paused after")
            {
                transport.PauseReading();
            }

            peer.Reset();
            if (!Kind.NoticesResetsAfterTheEnd && state != "half-closed by us")
            {
                await LoseByWritingAsync(protocol.Record);
                continue;
            }

            Assert.IsType<SocketException>(await protocol.Record.Lost);
        }

        // A connection that spins makes thousands of turns; connecting and ending takes a few dozen.
        Assert.InRange(Loop.Statistics.Turns - before, 1, Rounds * 60);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    });

    /// <summary>The connection lasts until somebody writes.</summary>
    private static async Task LoseByWritingAsync(ProtocolRecord record)
    {
        await TurnsAsync();
        Assert.False(record.Lost.IsCompleted);
        record.Transport.Write(new byte[100]);
        Assert.IsType<SocketException>(await record.Lost);
    }
}
