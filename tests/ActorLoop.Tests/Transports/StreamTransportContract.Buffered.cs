using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Fact(DisplayName = "BP-01 GetBuffer is asked with -1, BufferUpdated says how much arrived, everything in order")]
    public void BufferedProtocol_DataArrives_FillsItsBuffer() => Run(async () =>
    {
        RecordingBufferedProtocol protocol = Watched(new RecordingBufferedProtocol());
        RawPeer peer = await ConnectAsync(protocol);
        byte[] sent = TestBytes.Make(50_000);
        Task sending = peer.SendAsync(sent);
        await protocol.Record.ReceivedAsync(sent.Length);
        await sending;
        Assert.Equal(sent, protocol.Record.Received);
        Assert.All(protocol.SizeHints, hint => Assert.Equal(-1, hint));
        protocol.Record.Transport.Close();
        await protocol.Record.Lost;
    });

    [Theory(DisplayName = "BP-03 A buffer smaller than what arrived is filled in several rounds")]
    [InlineData(1, 300)]
    [InlineData(7, 3_000)]
    [InlineData(1000, 300_000)]
    public void BufferedProtocol_SmallBuffer_IsFilledInRounds(int bufferSize, int total) => Run(async () =>
    {
        RecordingBufferedProtocol protocol = Watched(new RecordingBufferedProtocol(bufferSize));
        RawPeer peer = await ConnectAsync(protocol);
        byte[] sent = TestBytes.Make(total);
        Task sending = peer.SendAsync(sent);
        await protocol.Record.ReceivedAsync(total);
        await sending;
        Assert.Equal(sent, protocol.Record.Received);
        Assert.True(protocol.Record.DataCalls >= total / bufferSize);
        peer.Dispose();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "BP-02 The end of the stream is EofReceived, never an update of zero bytes")]
    public void BufferedProtocol_PeerEnds_GetsEofAndNoEmptyUpdate() => Run(async () =>
    {
        NeedsHalfClose();
        RecordingBufferedProtocol protocol = Watched(new RecordingBufferedProtocol());
        List<int> updates = [];
        protocol.OnBufferUpdated = updates.Add;
        protocol.Record.OnEof = () => true;
        RawPeer peer = await ConnectAsync(protocol);
        await peer.SendAsync(new byte[10]);
        peer.ShutdownSend();
        await protocol.Record.Eof;
        await TurnsAsync(10);
        Assert.Equal(10, updates.Sum());
        Assert.DoesNotContain(0, updates);
        protocol.Record.Transport.Write("still open"u8);
        protocol.Record.Transport.Close();
        Assert.Equal("still open"u8.ToArray(), await peer.ReceiveToEndAsync());
        Assert.Equal(["made", "data", "eof", "lost"], protocol.Record.Calls);
    });

    [Fact(DisplayName = "BP-01 An empty buffer is an error: reported, and the connection ends with it")]
    public void BufferedProtocol_EmptyBuffer_EndsTheConnection() => Run(async () =>
    {
        RecordingBufferedProtocol protocol = Watched(new RecordingBufferedProtocol());
        protocol.OnGetBuffer = () => Memory<byte>.Empty;
        RawPeer peer = await ConnectAsync(protocol);
        await peer.SendAsync(new byte[10]);
        Exception? lost = await protocol.Record.Lost;
        LoopExceptionContext report = TakeReport();
        Assert.IsType<InvalidOperationException>(lost);
        Assert.Same(lost, report.Exception);
        Assert.Equal(LoopErrorKind.Protocol, report.Kind);
        Assert.Contains("GetBuffer", report.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "BP-01 Nothing is asked for and nothing filled while reading is paused or after the end")]
    public void BufferedProtocol_WhilePaused_IsNotAsked() => Run(async () =>
    {
        RecordingBufferedProtocol protocol = Watched(new RecordingBufferedProtocol());
        protocol.Record.OnMade = transport => transport.PauseReading();
        RawPeer peer = await ConnectAsync(protocol);
        await peer.SendAsync(new byte[10]);
        await TurnsAsync(10);
        Assert.Empty(protocol.SizeHints);
        protocol.Record.Transport.Close();
        Assert.Null(await protocol.Record.Lost);
        Assert.Empty(protocol.SizeHints);
    });

    [Fact(DisplayName = "BP-01 Closing inside GetBuffer and pausing inside BufferUpdated are safe")]
    public void BufferedProtocol_EndsInItsCallbacks_IsSafe() => Run(async () =>
    {
        RecordingBufferedProtocol paused = Watched(new RecordingBufferedProtocol(10));
        paused.OnBufferUpdated = _ => paused.Record.Transport.PauseReading();
        RawPeer peer = await ConnectAsync(paused);
        await peer.SendAsync(new byte[100]);
        await paused.Record.ReceivedAsync(10);
        await TurnsAsync(10);
        Assert.Equal(10, paused.Record.ReceivedCount);
        paused.Record.Transport.Abort();

        foreach (bool abort in new[] { false, true })
        {
            RecordingBufferedProtocol closing = Watched(new RecordingBufferedProtocol());
            closing.OnGetBuffer = () =>
            {
                End(closing.Record.Transport, abort);
                return new byte[10];
            };
            peer = await ConnectAsync(closing);
            await peer.SendAsync(new byte[10]);
            Assert.Null(await closing.Record.Lost);
            Assert.Equal(0, closing.Record.ReceivedCount);
        }
    });
}
