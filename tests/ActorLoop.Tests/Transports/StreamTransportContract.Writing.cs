using System.Buffers;
using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Fact(DisplayName = "WR-01 An empty write does nothing, also as a sequence")]
    public void Write_Empty_DoesNothing() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        transport.Write([]);
        transport.Write(ReadOnlySequence<byte>.Empty);
        transport.Write(Pieces.Of([], [], []));
        Assert.Equal(0, transport.WriteBufferSize);
        transport.Write("x"u8);
        transport.Close();
        Assert.Equal("x"u8.ToArray(), await peer.ReceiveToEndAsync());
    });

    [Theory(DisplayName = "WR-01 The caller may reuse its buffer when Write returns: corked, sent at once, or buffered")]
    [InlineData(100)]
    [InlineData(100_000)]
    [InlineData(2_000_000)]
    public void Write_BufferReusedAfterwards_SendsWhatItHeld(int size) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: true);
        byte[] data = TestBytes.Make(size);
        byte[] expected = [.. data, .. data, .. data];
        var scratch = new byte[size];
        for (int i = 0; i < 3; i++)
        {
            data.CopyTo(scratch, 0);
            if (i == 1)
            {
                protocol.Record.Transport.Write(Pieces.Cut(scratch, new Random(i), 1 + (size / 3)));
            }
            else
            {
                protocol.Record.Transport.Write(scratch);
            }

            Array.Clear(scratch);
        }

        protocol.Record.Transport.Close();
        Assert.Equal(expected, await peer.ReceiveToEndAsync());
    });

    [Fact(DisplayName = "WR-01 What is written while bytes wait is sent behind them, in order")]
    public void Write_WhileBlocked_KeepsTheOrder() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        byte[] first = WriteUntilBlocked(transport);
        byte[] second = TestBytes.Make(5000, seed: 2);
        transport.Write(second.AsSpan(0, 1000));
        transport.Write(new ReadOnlySequence<byte>(second, 1000, 1000));
        transport.Write(Pieces.Cut(second[2000..], new Random(1), 100));
        transport.Close();
        byte[] expected = [.. first, .. second];
        Assert.Equal(expected, await peer.ReceiveToEndAsync());
    });

    [Theory(DisplayName = "WR-03 Writes after the end are dropped without an exception; from the fifth on each logs a warning")]
    [InlineData("abort")]
    [InlineData("close")]
    [InlineData("lost")]
    public void Write_AfterTheEnd_IsDroppedWithWarnings(string end) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        if (end == "abort")
        {
            transport.Abort();
        }
        else if (end == "close")
        {
            transport.Close();
        }
        else
        {
            peer.Reset();
            await protocol.Record.Lost;
        }

        for (int i = 0; i < 7; i++)
        {
            if (i % 2 == 0)
            {
                transport.Write("dropped"u8);
            }
            else
            {
                transport.Write(Pieces.Of([1], [2]));
            }
        }

        Assert.Equal(3, LinesOf(LogLevel.Warning).Length);
        AssertSize(0, transport.WriteBufferSize);
        await protocol.Record.Lost;
    });

    [Theory(DisplayName = "WR-04 A sequence is sent like one write, also with more pieces than one call can gather")]
    [InlineData(2, 5)]
    [InlineData(64, 100)]
    [InlineData(65, 1)]
    [InlineData(200, 3)]
    [InlineData(200, 20_000)]
    [InlineData(2000, 1000)]
    public void Write_SequenceOfPieces_SendsAllInOrder(int count, int pieceSize) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        byte[][] pieces = [.. Enumerable.Range(0, count).Select(i => TestBytes.Make(pieceSize, i))];
        protocol.Record.Transport.Write("head"u8);
        protocol.Record.Transport.Write(Pieces.Of(pieces));
        protocol.Record.Transport.Write("tail"u8);
        protocol.Record.Transport.Close();
        byte[] expected = [.. "head"u8, .. pieces.SelectMany(piece => piece), .. "tail"u8];
        Assert.Equal(expected, await peer.ReceiveToEndAsync());
    });

    [Fact(DisplayName = "WR-04 A sequence the system takes only in part is sent to its end")]
    public void Write_SequenceTakenInPart_SendsTheRestLater() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: true);
        byte[] data = TestBytes.Make(3_000_000);
        protocol.Record.Transport.Write(Pieces.Cut(data, new Random(3), 70_000));
        Assert.True(protocol.Record.Transport.WriteBufferSize > 0);
        protocol.Record.Transport.Close();
        Assert.Equal(data, await peer.ReceiveToEndAsync());
    });

    [Fact(DisplayName = "WR-11 WriteBufferSize is what was written and not yet given to the system, at every moment")]
    public void WriteBufferSize_WhileBlocked_CountsEveryByte() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        int written = WriteUntilBlocked(transport).Length;
        int size = transport.WriteBufferSize;
        Assert.True(size > 0);
        AssertSize(written, Math.Max(written, size));
        transport.Write(new byte[1234]);
        AssertSize(size + 1234, transport.WriteBufferSize);
        transport.Write(Pieces.Of(new byte[3], [], new byte[7]));
        AssertSize(size + 1244, transport.WriteBufferSize);
        Task<byte[]> draining = peer.ReceiveAsync(written + 1244);
        await Patience.WaitForAsync(() => transport.WriteBufferSize == 0, "the buffer drains");
        await draining;
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "WR-01 Writes of another thread while the loop runs are refused and send nothing")]
    public void Write_OnAForeignThread_Throws() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        await Task.Run(() =>
        {
            Assert.Throws<InvalidOperationException>(() => transport.Write("x"u8));
            Assert.Throws<InvalidOperationException>(() => transport.Write([]));
            Assert.Throws<InvalidOperationException>(() => transport.Write(Pieces.Of([1], [2])));
            Assert.Throws(Kind.CanHalfClose ? typeof(InvalidOperationException) : typeof(NotSupportedException), transport.WriteEof);
            Assert.Throws<InvalidOperationException>(transport.Close);
            Assert.Throws<InvalidOperationException>(transport.Abort);
            Assert.Throws<InvalidOperationException>(transport.PauseReading);
            Assert.Throws<InvalidOperationException>(transport.ResumeReading);
            Assert.Throws<InvalidOperationException>(() => transport.WriteBufferLimits = default);
        });
        Assert.False(transport.IsClosing);
        transport.Write("mine"u8);
        transport.Close();
        Assert.Equal("mine"u8.ToArray(), await peer.ReceiveToEndAsync());
    });
}
