using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Fact(DisplayName = "WR-01 Small writes of one callback wait for its end and then leave together, in order")]
    public void Write_SeveralInOneCallback_LeaveAtItsEnd() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        byte[] data = TestBytes.Make(1000);
        var sizes = new List<int>();
        Loop.CallSoon(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                transport.Write(data.AsSpan(i * 100, 100));
                sizes.Add(transport.WriteBufferSize);
            }
        });
        Loop.CallSoon(() => sizes.Add(transport.WriteBufferSize));
        Assert.Equal(data, await peer.ReceiveAsync(data.Length));
        Assert.Equal([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 0], sizes);
        transport.Close();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "WR-01 A big write leaves at once, behind what was collected before it")]
    public void Write_BigAfterSmall_KeepsTheOrder() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        byte[] small = TestBytes.Make(700);
        byte[] big = TestBytes.Make(20_000, seed: 2);
        int afterBig = -1;
        Loop.CallSoon(() =>
        {
            transport.Write(small);
            transport.Write(big);
            afterBig = transport.WriteBufferSize;
            transport.Write(small);
        });
        byte[] expected = [.. small, .. big, .. small];
        Assert.Equal(expected, await peer.ReceiveAsync(21_400));
        Assert.InRange(afterBig, 0, Kind.IsPlain ? 0 : big.Length);
        transport.Close();
        await protocol.Record.Lost;
    });

    [Theory(DisplayName = "WR-01 Echoing what arrived in many slices keeps every byte in place, alone and before a big write")]
    [InlineData(1, 0)]
    [InlineData(1, 40_000)]
    [InlineData(7, 40_000)]
    [InlineData(300, 40_000)]
    public void Write_SlicesOfReceivedData_KeepTheOrder(int slice, int tail) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        byte[] question = TestBytes.Make(2000);
        byte[] end = TestBytes.Make(tail, seed: 2);
        protocol.Record.OnData = data =>
        {
            for (int start = 0; start < data.Length; start += slice)
            {
                protocol.Record.Transport.Write(data[start..Math.Min(start + slice, data.Length)]);
            }

            protocol.Record.Transport.Write(end);
            protocol.Record.Transport.Close();
        };
        RawPeer peer = await ConnectAsync(protocol);
        await peer.SendAsync(question);
        byte[] expected = [.. question, .. end];
        Assert.Equal(expected, await peer.ReceiveToEndAsync());
    });

    [Theory(DisplayName = "WR-04 Echoing slices and then a sequence of many pieces keeps every byte in place")]
    [InlineData(1)]
    [InlineData(40)]
    public void Write_SlicesThenASequence_KeepTheOrder(int slice) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        byte[] question = TestBytes.Make(2000);
        byte[][] pieces = [.. Enumerable.Range(0, 150).Select(i => TestBytes.Make(300, i))];
        protocol.Record.OnData = data =>
        {
            for (int start = 0; start < data.Length; start += slice)
            {
                protocol.Record.Transport.Write(data[start..Math.Min(start + slice, data.Length)]);
            }

            protocol.Record.Transport.Write(Pieces.Of(pieces));
            protocol.Record.Transport.Close();
        };
        RawPeer peer = await ConnectAsync(protocol);
        await peer.SendAsync(question);
        byte[] expected = [.. question, .. pieces.SelectMany(piece => piece)];
        Assert.Equal(expected, await peer.ReceiveToEndAsync());
    });

    [Fact(DisplayName = "WR-01 Received bytes that were written but not taken by the system survive the next receive")]
    public void Write_ReceivedDataToASlowReader_IsKept() => Run(async () =>
    {
        RecordingProtocol source = Recorder();
        RecordingProtocol target = Recorder();
        RawPeer sender = await ConnectAsync(source);
        RawPeer receiver = await ConnectAsync(target, new WriteBufferLimits(cap: int.MaxValue), smallBuffers: true);
        source.Record.OnData = data =>
        {
            for (int start = 0; start < data.Length; start += 1000)
            {
                target.Record.Transport.Write(data[start..Math.Min(start + 1000, data.Length)]);
            }
        };
        source.Record.OnLost = _ => target.Record.Transport.Close();
        byte[] sent = TestBytes.Make(2_000_000);
        for (int start = 0; start < sent.Length; start += 10_000)
        {
            // Small portions, so that they are collected as references into the receive buffer and not sent at once.
            await sender.SendAsync(sent.AsMemory(start, 10_000));
            await TurnsAsync(1);
        }

        await source.Record.ReceivedAsync(sent.Length);
        sender.Dispose();
        Assert.Equal(sent, await receiver.ReceiveToEndAsync());
    });

    [Fact(DisplayName = "WR-01 Writes in ConnectionMade, EofReceived and timers leave by themselves")]
    public void Write_InEveryKindOfCallback_Leaves() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = transport => transport.Write("1"u8);
        protocol.Record.OnEof = () =>
        {
            protocol.Record.Transport.Write("4"u8);
            return false;
        };
        RawPeer peer = await ConnectAsync(protocol);
        Assert.Equal("1"u8.ToArray(), await peer.ReceiveAsync(1));
        Loop.CallLater(TimeSpan.Zero, () => protocol.Record.Transport.Write("2"u8));
        Assert.Equal("2"u8.ToArray(), await peer.ReceiveAsync(1));
        Loop.Post(() => protocol.Record.Transport.Write("3"u8));
        Assert.Equal("3"u8.ToArray(), await peer.ReceiveAsync(1));
        peer.ShutdownSend();
        Assert.Equal("4"u8.ToArray(), await peer.ReceiveToEndAsync());
    });

    [Fact(DisplayName = "WR-01 A callback that throws after writing still sends what it wrote")]
    public void Write_ThenThrowInACallback_IsStillSent() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol);
        Loop.CallSoon(() =>
        {
            protocol.Record.Transport.Write("sent"u8);
            throw new InvalidOperationException("after the write");
        });
        Assert.Equal("sent"u8.ToArray(), await peer.ReceiveAsync(4));
        Assert.Equal("after the write", TakeReport().Exception!.Message);
        protocol.Record.Transport.Close();
        await protocol.Record.Lost;
    });
}
