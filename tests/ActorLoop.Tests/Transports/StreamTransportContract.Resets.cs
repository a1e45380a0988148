using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Theory(DisplayName = "F5 F6 A connection in which nobody reads or everything has ended costs no turns while it waits")]
    [InlineData("paused, peer ended")]
    [InlineData("paused, both ended")]
    [InlineData("kept open after the end")]
    [InlineData("paused with data")]
    public void Idle_AfterAnEndNobodyReads_MakesNoTurns(string state) => Run(async () =>
    {
        Assert.SkipUnless(
            Kind.CanHalfClose || state is "paused, peer ended" or "paused with data", "Such a connection is never half open.");
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnEof = () => true;
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        if (state.StartsWith("paused", StringComparison.Ordinal))
        {
            transport.PauseReading();
        }

        if (state == "paused, both ended")
        {
            transport.WriteEof();
        }

        if (state == "paused with data")
        {
            await peer.SendAsync(new byte[1000]);
        }
        else
        {
            peer.ShutdownSend();
        }

        await TurnsAsync(20);
        long before = Loop.Statistics.Turns;
        long processor = ThreadTime.Now();
        await Task.Delay(50);
        Assert.InRange(Loop.Statistics.Turns - before, 0, 10);
        Assert.InRange(ThreadTime.Now() - processor, 0, 30_000_000);
        Assert.False(protocol.Record.Lost.IsCompleted);
        transport.Abort();
        Assert.Null(await protocol.Record.Lost);
    });

    [Theory(DisplayName = "F5 Urgent data that nobody takes costs no turns and does no harm")]
    [InlineData(false)]
    [InlineData(true)]
    public void UrgentData_NobodyTakesIt_MakesNoTurns(bool paused) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        if (paused)
        {
            protocol.Record.Transport.PauseReading();
        }

        peer.Socket.Send("!"u8, SocketFlags.OutOfBand);
        await TurnsAsync(20);
        long before = Loop.Statistics.Turns;
        await Task.Delay(20);
        Assert.InRange(Loop.Statistics.Turns - before, 0, 10);
        protocol.Record.Transport.ResumeReading();
        await peer.SendAsync("in band"u8.ToArray());
        await protocol.Record.ReceivedAsync(7);
        Assert.Equal("in band"u8.ToArray(), protocol.Record.Received);
        protocol.Record.Transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "F4 WR-12 A reset at any moment of a large write ends the connection once, with the socket's error")]
    public void PeerResets_InTheMiddleOfAWrite_IsToldOnce() => Run(async () =>
    {
        var random = new Random(4);
        for (int round = 0; round < 30; round++)
        {
            RecordingProtocol protocol = Recorder();
            RawPeer peer = await ConnectAsync(protocol, smallBuffers: round % 2 == 0);
            ITransport transport = protocol.Record.Transport;
            transport.Write(TestBytes.Make(64 * 1024));
            transport.Write(TestBytes.Make(2 * 1024 * 1024));
            int taken = random.Next(64 * 1024);
            await peer.ReceiveAsync(taken);
            peer.Reset();
            while (!protocol.Record.Lost.IsCompleted)
            {
                transport.Write("x"u8);
                await TurnsAsync(1);
            }

            AssertReset(await protocol.Record.Lost);
            Assert.Equal(0, transport.WriteBufferSize);
        }

        Assert.Equal(0, Loop.Statistics.Descriptors);
    });

    [Fact(DisplayName = "WR-12 A write to a connection the peer has reset does not throw; the end is told later")]
    public void Write_AfterThePeersReset_DoesNotThrow() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        peer.Reset();
        // Both ways of sending: at once, and at the end of the callback.
        transport.Write(new byte[100_000]);
        Assert.Equal(0, transport.WriteBufferSize);
        transport.Write(new byte[10]);
        Assert.False(protocol.Record.Lost.IsCompleted);
        Assert.IsType<SocketException>(await protocol.Record.Lost);
        transport.Write(new byte[10]);
        Assert.Equal(0, transport.WriteBufferSize);
    });

    // The system tells of a reset once. Where a write and a receive are under way together, the write may hear it, and the receive,
    // which then sees an end without a goodbye, be heard first.
    private void AssertReset(Exception? reason)
    {
        if (Kind is { IsPlain: false, NoticesResetsAfterTheEnd: false } && reason is TlsTruncatedException)
        {
            return;
        }

        Assert.IsType<SocketException>(reason);
    }
}
