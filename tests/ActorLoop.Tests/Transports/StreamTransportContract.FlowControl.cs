using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Fact(DisplayName = "WR-07 PauseWriting is called inside the write that exceeds the high-water mark, not at the mark, and once")]
    public void Write_OverTheHighWaterMark_PausesInsideTheCall() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        await ConnectAsync(protocol, new WriteBufferLimits(high: 10_000_000), smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        WriteUntilBlocked(transport);
        transport.WriteBufferLimits = new WriteBufferLimits(high: transport.WriteBufferSize + 100);
        transport.Write(new byte[100]);
        Assert.Equal(transport.WriteBufferLimits.High, transport.WriteBufferSize);
        Assert.Equal(0, protocol.Record.Pauses);
        transport.Write(new byte[1]);
        Assert.Equal(1, protocol.Record.Pauses);
        transport.Write(new byte[100_000]);
        transport.Write(Pieces.Of(new byte[10], new byte[10]));
        Assert.Equal(1, protocol.Record.Pauses);
        transport.Abort();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(0, protocol.Record.Resumes);
    });

    [Fact(DisplayName = "WR-07 ResumeWriting comes when the buffer is down to the low-water mark, and not before")]
    public void Drain_DownToTheLowWaterMark_Resumes() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, new WriteBufferLimits(high: 100_000, low: 50_000), smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        int sizeAtResume = -1;
        protocol.Record.OnResume = () => sizeAtResume = transport.WriteBufferSize;
        int written = 0;
        while (!protocol.Record.IsPaused)
        {
            transport.Write(new byte[30_000]);
            written += 30_000;
        }

        Task<byte[]> reading = peer.ReceiveAsync(written);
        await Patience.WaitForAsync(
            () =>
            {
                Assert.True(protocol.Record.IsPaused || sizeAtResume <= 50_000);
                Assert.True(!protocol.Record.IsPaused || transport.WriteBufferSize > 50_000);
                return !protocol.Record.IsPaused;
            },
            "writing resumes");
        await reading;
        Assert.InRange(sizeAtResume, 0, 50_000);
        Assert.Equal(["made", "pause", "resume"], protocol.Record.Calls);
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "WR-07 WR-06 With high = 0 everything the system does not take pauses, and only an empty buffer resumes")]
    public void Write_WithHighZero_PausesAtTheFirstByteKept() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, new WriteBufferLimits(high: 0), smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        Assert.Equal((0, 0), (transport.WriteBufferLimits.Low, transport.WriteBufferLimits.High));
        transport.Write("taken"u8);
        Assert.Equal(0, transport.WriteBufferSize);
        Assert.Equal(0, protocol.Record.Pauses);
        int sizeAtResume = -1;
        protocol.Record.OnResume = () => sizeAtResume = transport.WriteBufferSize;
        int written = 5 + WriteUntilBlocked(transport).Length;
        Assert.True(protocol.Record.IsPaused);
        await peer.ReceiveAsync(written);
        await Patience.WaitForAsync(() => !protocol.Record.IsPaused, "writing resumes");
        Assert.Equal(0, sizeAtResume);
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "WR-04 A sequence pauses the protocol like any other write")]
    public void Write_SequenceOverTheMark_Pauses() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        await ConnectAsync(protocol, smallBuffers: true);
        protocol.Record.Transport.Write(Pieces.Cut(new byte[1_000_000], new Random(1), 50_000));
        Assert.True(protocol.Record.IsPaused);
        protocol.Record.Transport.Abort();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "WR-08 New limits pause at once when the buffer is over them, and never resume at once")]
    public void WriteBufferLimits_Changed_PausesButNeverResumes() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, new WriteBufferLimits(high: 3_000_000), smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        int written = WriteUntilBlocked(transport).Length;
        Assert.False(protocol.Record.IsPaused);
        transport.WriteBufferLimits = new WriteBufferLimits(high: transport.WriteBufferSize - 1, low: 0);
        Assert.True(protocol.Record.IsPaused);
        transport.WriteBufferLimits = new WriteBufferLimits(high: 3_000_000, low: 3_000_000);
        Assert.True(protocol.Record.IsPaused);
        Assert.Equal(3_000_000, transport.WriteBufferLimits.Low);
        await peer.ReceiveAsync(written);
        await Patience.WaitForAsync(() => !protocol.Record.IsPaused, "writing resumes");
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "WR-09 An exception in PauseWriting or ResumeWriting is reported; the connection goes on")]
    public void FlowControl_CallbacksThrow_ConnectionGoesOn() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnPause = () => throw new InvalidOperationException("pause");
        protocol.Record.OnResume = () => throw new InvalidOperationException("resume");
        RawPeer peer = await ConnectAsync(protocol, new WriteBufferLimits(high: 1000), smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        int written = WriteUntilBlocked(transport).Length;
        LoopExceptionContext report = TakeReport();
        Assert.Equal((LoopErrorKind.FlowControl, "pause"), (report.Kind, report.Exception!.Message));
        Assert.Same(transport, report.Transport);
        Assert.Same(protocol, report.Protocol);
        await peer.ReceiveAsync(written);
        await Patience.WaitForAsync(() => ReportCount == 1, "the second report");
        report = TakeReport();
        Assert.Equal((LoopErrorKind.FlowControl, "resume"), (report.Kind, report.Exception!.Message));
        transport.Write("still here"u8);
        transport.Close();
        Assert.Equal("still here"u8.ToArray(), await peer.ReceiveToEndAsync());
        Assert.Null(await protocol.Record.Lost);
    });

    [Theory(DisplayName = "WR-10 ResumeWriting may write and be paused again, any number of times, and nothing is lost")]
    [InlineData(1_000)]
    [InlineData(300_000)]
    public void ResumeWriting_WritesAgain_PausesAgain(int portion) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, new WriteBufferLimits(high: 2_000), smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        byte[] data = TestBytes.Make(20 * portion);
        int start = 0;
        void WriteOn()
        {
            while (!protocol.Record.IsPaused && start < data.Length)
            {
                transport.Write(data.AsSpan(start, portion));
                start += portion;
            }

            if (start == data.Length)
            {
                transport.Close();
            }
        }

        protocol.Record.OnResume = WriteOn;
        WriteOn();
        Assert.Equal(data, await peer.ReceiveToEndAsync());
        Assert.Null(await protocol.Record.Lost);
        if (portion > 2_000)
        {
            Assert.True(protocol.Record.Pauses > 1);
        }
    });

    [Fact(DisplayName = "WR-10 Ending the connection inside PauseWriting or ResumeWriting is safe")]
    public void FlowControl_CallbackEndsTheConnection_IsSafe() => Run(async () =>
    {
        foreach (bool abort in new[] { false, true })
        {
            RecordingProtocol protocol = Recorder();
            protocol.Record.OnPause = () => End(protocol.Record.Transport, abort);
            RawPeer peer = await ConnectAsync(protocol, new WriteBufferLimits(high: 1000), smallBuffers: true);
            protocol.Record.Transport.Write(new byte[1_000_000]);
            protocol.Record.Transport.Write(new byte[1_000_000]);
            byte[] received = await peer.ReceiveToEndAsync();
            Assert.True(abort ? received.Length < 1_000_000 : received.Length == 1_000_000);
            Assert.Null(await protocol.Record.Lost);

            protocol = Recorder();
            protocol.Record.OnResume = () => End(protocol.Record.Transport, abort);
            peer = await ConnectAsync(protocol, new WriteBufferLimits(high: 1000), smallBuffers: true);
            protocol.Record.Transport.Write(new byte[1_000_000]);
            Task<byte[]> reading = peer.ReceiveToEndAsync();
            Assert.Null(await protocol.Record.Lost);
            await reading;
        }
    });
}
