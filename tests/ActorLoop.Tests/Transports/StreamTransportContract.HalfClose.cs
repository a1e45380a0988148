using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Fact(DisplayName = "TR-03 After the peer's end the transport closes itself by default, and sends its buffer first")]
    public void EofReceived_ReturnsFalse_ClosesAfterFlushing() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: true);
        byte[] written = WriteUntilBlocked(protocol.Record.Transport);
        peer.ShutdownSend();
        await protocol.Record.Eof;
        Assert.True(protocol.Record.Transport.IsClosing);
        Assert.False(protocol.Record.Lost.IsCompleted);
        Assert.Equal(written, await peer.ReceiveToEndAsync());
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "TR-03 EofReceived that returns true keeps the connection open for writing; IsReading stays true")]
    public void EofReceived_ReturnsTrue_KeepsWriting() => Run(async () =>
    {
        NeedsHalfClose();
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnEof = () => true;
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        peer.ShutdownSend();
        await protocol.Record.Eof;
        await TurnsAsync(10);
        Assert.False(transport.IsClosing);
        Assert.True(transport.IsReading);
        byte[] written = TestBytes.Make(300_000);
        transport.Write(written);
        Assert.Equal(written, await peer.ReceiveAsync(written.Length));
        transport.Write("end"u8);
        transport.Close();
        Assert.Equal("end"u8.ToArray(), await peer.ReceiveToEndAsync());
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "TR-04 EofReceived is called once, also when reading is paused and resumed afterwards")]
    public void EofReceived_ThenPauseAndResume_IsCalledOnce() => Run(async () =>
    {
        NeedsHalfClose();
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnEof = () => true;
        RawPeer peer = await ConnectAsync(protocol);
        peer.ShutdownSend();
        await protocol.Record.Eof;
        for (int i = 0; i < 5; i++)
        {
            protocol.Record.Transport.PauseReading();
            await TurnsAsync();
            protocol.Record.Transport.ResumeReading();
            await TurnsAsync();
        }

        Assert.Equal(["made", "eof"], protocol.Record.Calls);
        protocol.Record.Transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "WR-05 WriteEof ends the sending direction only; what the peer still sends arrives")]
    public void WriteEof_PeerGoesOn_DataStillArrives() => Run(async () =>
    {
        NeedsHalfClose();
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        Assert.True(transport.CanWriteEof);
        transport.Write("question"u8);
        transport.WriteEof();
        transport.WriteEof();
        Assert.Equal("question"u8.ToArray(), await peer.ReceiveToEndAsync());
        byte[] answer = TestBytes.Make(500_000);
        await peer.SendAsync(answer);
        peer.ShutdownSend();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(answer, protocol.Record.Received);
        Assert.Equal(["made", "data", "eof", "lost"], protocol.Record.Calls);
    });

    [Fact(DisplayName = "WR-05 TL-07 Where both directions end together, CanWriteEof says so and WriteEof is refused")]
    public void WriteEof_WhereNothingIsHalfClosed_IsRefused() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        Assert.Equal(Kind.CanHalfClose, transport.CanWriteEof);
        if (!Kind.CanHalfClose)
        {
            Assert.Throws<NotSupportedException>(transport.WriteEof);
            Assert.False(transport.IsClosing);
        }

        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "WR-05 WriteEof waits until the buffer is sent")]
    public void WriteEof_WithAFullBuffer_ComesAfterIt() => Run(async () =>
    {
        NeedsHalfClose();
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: true);
        byte[] written = WriteUntilBlocked(protocol.Record.Transport);
        protocol.Record.Transport.WriteEof();
        Assert.Equal(written, await peer.ReceiveToEndAsync());
        Assert.False(protocol.Record.Lost.IsCompleted);
        peer.ShutdownSend();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "WR-05 WriteEof on a closing connection does nothing")]
    public void WriteEof_AfterClose_DoesNothing() => Run(async () =>
    {
        NeedsHalfClose();
        RecordingProtocol protocol = Recorder();
        await ConnectAsync(protocol);
        protocol.Record.Transport.Close();
        protocol.Record.Transport.WriteEof();
        Assert.Null(await protocol.Record.Lost);
        protocol.Record.Transport.WriteEof();
        protocol.Record.Transport.Write("dropped, not refused"u8);
    });

    [Fact(DisplayName = "WR-02 After WriteEof every write throws, also an empty one")]
    public void Write_AfterWriteEof_Throws() => Run(async () =>
    {
        NeedsHalfClose();
        RecordingProtocol protocol = Recorder();
        await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        transport.WriteEof();
        Assert.Throws<InvalidOperationException>(() => transport.Write("x"u8));
        Assert.Throws<InvalidOperationException>(() => transport.Write([]));
        Assert.Throws<InvalidOperationException>(() => transport.Write(Pieces.Of([1], [2])));
        Assert.Throws<InvalidOperationException>(() => transport.Write(Pieces.Of()));
        transport.Close();
        await protocol.Record.Lost;
    });

    [Theory(DisplayName = "F6 Both directions end in every order, with and without bytes on the way: nothing is lost, it ends once")]
    [InlineData(false, false, false)]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(true, true, true)]
    public void BothEnds_InEveryOrder_LoseNothing(bool weFirst, bool keepOpen, bool withData) => Run(async () =>
    {
        NeedsHalfClose();
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnEof = () => keepOpen;
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: withData);
        ITransport transport = protocol.Record.Transport;
        byte[] ours = withData ? WriteUntilBlocked(transport) : [];
        byte[] theirs = withData ? TestBytes.Make(100_000, seed: 7) : [];
        if (weFirst)
        {
            transport.WriteEof();
        }

        Task sending = peer.SendAsync(theirs);
        if (weFirst)
        {
            Assert.Equal(ours, await peer.ReceiveToEndAsync());
        }

        await sending;
        peer.ShutdownSend();
        await protocol.Record.Eof;
        if (!weFirst)
        {
            // With EofReceived false the transport is closing by now, and this does nothing.
            transport.WriteEof();
            Assert.Equal(ours, await peer.ReceiveToEndAsync());
        }

        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(theirs, protocol.Record.Received);
    });

    [Fact(DisplayName = "F6 WriteEof inside EofReceived ends the connection whatever EofReceived returns")]
    public void WriteEof_InsideEofReceived_EndsTheConnection() => Run(async () =>
    {
        NeedsHalfClose();
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnEof = () =>
        {
            protocol.Record.Transport.Write("bye"u8);
            protocol.Record.Transport.WriteEof();
            return true;
        };
        RawPeer peer = await ConnectAsync(protocol);
        peer.ShutdownSend();
        Assert.Equal("bye"u8.ToArray(), await peer.ReceiveToEndAsync());
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "F6 Both ends of a pair half-close at the same time: both end in order")]
    public void WriteEof_OnBothEndsAtOnce_EndsBoth() => Run(async () =>
    {
        NeedsHalfClose();
        (RecordingProtocol left, RecordingProtocol right) = await ConnectPairAsync();
        left.Record.OnEof = right.Record.OnEof = () => true;
        left.Record.Transport.Write("left"u8);
        right.Record.Transport.Write("right"u8);
        left.Record.Transport.WriteEof();
        right.Record.Transport.WriteEof();
        Assert.Null(await left.Record.Lost);
        Assert.Null(await right.Record.Lost);
        Assert.Equal("right"u8.ToArray(), left.Record.Received);
        Assert.Equal("left"u8.ToArray(), right.Record.Received);
    });
}
