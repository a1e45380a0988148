using System.Buffers;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Theory(DisplayName = "F7 A write that finds the cap already buffered ends the connection, whatever member wrote")]
    [InlineData("span")]
    [InlineData("single")]
    [InlineData("pieces")]
    public void Write_PastTheCap_EndsTheConnection(string member) => Run(async () =>
    {
        const int Cap = 100_000;
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, new WriteBufferLimits(high: 10_000, cap: Cap), smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        int most = 0;
        for (int i = 0; i < 2_000 && !transport.IsClosing; i++)
        {
            WriteBy(member, transport, new byte[10_000]);
            most = Math.Max(most, transport.WriteBufferSize);
            await TurnsAsync(i % 2);
        }

        Assert.True(transport.IsClosing);
        Assert.InRange(most, Cap, Cap + (Kind.IsPlain ? 10_000 : 20_000));
        Assert.Equal(0, transport.WriteBufferSize);
        WriteBufferOverflowException error = Assert.IsType<WriteBufferOverflowException>(await protocol.Record.Lost);
        Assert.Contains("100000", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, protocol.Record.Pauses);
        Assert.Equal(0, ReportCount);
        await peer.EndedByResetAsync();
    });

    [Fact(DisplayName = "F7 One write may exceed the cap; only the next one that finds it exceeded ends the connection")]
    public void Write_OnePastTheCap_IsSent() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, new WriteBufferLimits(high: 1000, cap: 1000), smallBuffers: true);
        byte[] data = TestBytes.Make(1_000_000);
        protocol.Record.Transport.Write(data);
        protocol.Record.Transport.Close();
        Assert.Equal(data, await peer.ReceiveToEndAsync());
        Assert.Null(await protocol.Record.Lost);
    });

    [Theory(DisplayName = "F7 Writes that only wait for the end of their callback never count as a slow reader")]
    [InlineData("span")]
    [InlineData("single")]
    [InlineData("pieces")]
    public void Write_ManySmallOnesInOneCallback_DoNotMeetTheCap(string member) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, new WriteBufferLimits(high: 1000, cap: 1000));
        byte[] data = TestBytes.Make(20_000);
        for (int start = 0; start < data.Length; start += 500)
        {
            WriteBy(member, protocol.Record.Transport, data[start..(start + 500)]);
        }

        Assert.False(protocol.Record.Transport.IsClosing);
        protocol.Record.Transport.Close();
        Assert.Equal(data, await peer.ReceiveToEndAsync());
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "F7 The cap of one connection is no concern of another on the same loop")]
    public void Cap_OfOneConnection_LeavesOthersAlone() => Run(async () =>
    {
        RecordingProtocol slow = Recorder();
        await ConnectAsync(slow, new WriteBufferLimits(cap: 65_536), smallBuffers: true);
        (RecordingProtocol left, RecordingProtocol right) = await ConnectPairAsync();
        right.Record.OnData = data => right.Record.Transport.Write(data);
        int rounds = 0;
        while (!slow.Record.Lost.IsCompleted)
        {
            slow.Record.Transport.Write(new byte[50_000]);
            left.Record.Transport.Write("control"u8);
            await left.Record.ReceivedAsync(7 * ++rounds);
        }

        Assert.IsType<WriteBufferOverflowException>(await slow.Record.Lost);
        Assert.False(left.Record.Transport.IsClosing);
    });

    private static void WriteBy(string member, ITransport transport, byte[] data)
    {
        switch (member)
        {
            case "span":
                transport.Write(data);
                break;
            case "single":
                transport.Write(new ReadOnlySequence<byte>(data));
                break;
            default:
                transport.Write(Pieces.Of(data[..100], data[100..]));
                break;
        }
    }
}
