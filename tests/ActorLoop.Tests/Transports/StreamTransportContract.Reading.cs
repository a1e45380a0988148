using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Fact(DisplayName = "TR-01 Data arrives whole and in order, one receive a turn, at most 256 KiB and never nothing")]
    public void Data_Much_ArrivesInPiecesOfOneTurnEach() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        List<(int Size, long Turn)> pieces = [];
        protocol.Record.OnMade = transport => transport.PauseReading();
        protocol.Record.OnData = data => pieces.Add((data.Length, Loop.Statistics.Turns));
        RawPeer peer = await ConnectAsync(protocol);
        byte[] sent = TestBytes.Make(1 << 20);
        Task sending = peer.SendAsync(sent);
        await TurnsAsync();
        protocol.Record.Transport.ResumeReading();
        await protocol.Record.ReceivedAsync(sent.Length);
        await sending;
        Assert.Equal(sent, protocol.Record.Received);
        Assert.All(pieces, piece => Assert.InRange(piece.Size, 1, 256 * 1024));
        if (Kind.IsPlain)
        {
            Assert.Equal(pieces.Count, pieces.Select(piece => piece.Turn).Distinct().Count());
        }

        // What one turn delivers stays small enough for the other connections of the loop.
        Assert.All(
            pieces.GroupBy(piece => piece.Turn), turn => Assert.InRange(turn.Sum(piece => piece.Size), 1, 256 * 1024));
    });

    [Theory(DisplayName = "TR-02 No data after Close or Abort, not even what the system holds already")]
    [InlineData(false)]
    [InlineData(true)]
    public void Close_InsideDataReceivedWithMoreToCome_DeliversNoMore(bool abort) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = transport => transport.PauseReading();
        protocol.Record.OnData = _ => End(protocol.Record.Transport, abort);
        RawPeer peer = await ConnectAsync(protocol);
        Task sending = peer.SendAsync(TestBytes.Make(1 << 20));
        await TurnsAsync();
        protocol.Record.Transport.ResumeReading();
        await protocol.Record.Lost;
        await TurnsAsync();
        Assert.Equal(1, protocol.Record.DataCalls);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await sending;
            await peer.ReceiveAsync(1);
        });
    });

    [Theory(DisplayName = "TR-02 No data after Close or Abort of a paused connection")]
    [InlineData(false)]
    [InlineData(true)]
    public void Close_WhilePausedWithDataWaiting_DeliversNone(bool abort) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = transport => transport.PauseReading();
        RawPeer peer = await ConnectAsync(protocol);
        await peer.SendAsync(TestBytes.Make(100));
        await TurnsAsync();
        End(protocol.Record.Transport, abort);
        protocol.Record.Transport.ResumeReading();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(["made", "lost"], protocol.Record.Calls);
    });

    [Fact(DisplayName = "TR-11 A pause inside ConnectionMade holds the data back until ResumeReading")]
    public void PauseReading_InConnectionMade_HoldsDataBack() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = transport => transport.PauseReading();
        RawPeer peer = await ConnectAsync(protocol);
        byte[] sent = TestBytes.Make(1000);
        await peer.SendAsync(sent);
        await TurnsAsync(20);
        Assert.Equal(["made"], protocol.Record.Calls);
        protocol.Record.Transport.ResumeReading();
        await protocol.Record.ReceivedAsync(sent.Length);
        Assert.Equal(sent, protocol.Record.Received);
    });

    [Fact(DisplayName = "TR-11 Pausing and resuming twice is once, and both are ignored when closing")]
    public void PauseAndResume_Repeated_CountOnce() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        transport.ResumeReading();
        transport.PauseReading();
        transport.PauseReading();
        await peer.SendAsync(TestBytes.Make(10));
        await TurnsAsync(10);
        Assert.Equal(0, protocol.Record.ReceivedCount);
        transport.ResumeReading();
        transport.ResumeReading();
        await protocol.Record.ReceivedAsync(10);
        transport.Close();
        transport.PauseReading();
        transport.ResumeReading();
        Assert.False(transport.IsReading);
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "TR-11 A pause inside DataReceived stops after this piece; many pauses lose nothing")]
    public void PauseReading_InEveryDataReceived_LosesNothing() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnData = _ =>
        {
            protocol.Record.Transport.PauseReading();
            Loop.CallSoon(protocol.Record.Transport.ResumeReading);
        };
        RawPeer peer = await ConnectAsync(protocol);
        byte[] sent = TestBytes.Make(600_000);
        Task sending = peer.SendAsync(sent);
        await protocol.Record.ReceivedAsync(sent.Length);
        await sending;
        Assert.Equal(sent, protocol.Record.Received);
    });

    [Fact(DisplayName = "TR-12 IsReading is neither paused nor closing")]
    public void IsReading_ByState_IsNeitherPausedNorClosing() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        bool insideMade = false;
        protocol.Record.OnMade = transport => insideMade = transport.IsReading;
        await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        Assert.True(insideMade);
        Assert.True(transport.IsReading);
        transport.PauseReading();
        Assert.False(transport.IsReading);
        transport.ResumeReading();
        Assert.True(transport.IsReading);
        transport.Close();
        Assert.False(transport.IsReading);
        await protocol.Record.Lost;
        Assert.False(transport.IsReading);
    });

    [Fact(DisplayName = "TR-13 While paused an orderly end is not noticed: data first, then the end, after resuming")]
    public void PauseReading_PeerSendsAndEnds_IsSeenAfterResuming() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = transport => transport.PauseReading();
        RawPeer peer = await ConnectAsync(protocol);
        await peer.SendAsync(TestBytes.Make(10));
        peer.ShutdownSend();
        await TurnsAsync(20);
        Assert.Equal(["made"], protocol.Record.Calls);
        protocol.Record.Transport.ResumeReading();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(["made", "data", "eof", "lost"], protocol.Record.Calls);
        Assert.Equal(10, protocol.Record.ReceivedCount);
    });

    private static void End(ITransport transport, bool abort)
    {
        if (abort)
        {
            transport.Abort();
        }
        else
        {
            transport.Close();
        }
    }
}
