using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Theory(DisplayName = "TR-14 The protocol is switched live; the next data goes to the new one, of either kind")]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Protocol_Switched_NextDataGoesToTheNewOne(bool fromBuffered, bool toBuffered) => Run(async () =>
    {
        (StreamProtocol first, ProtocolRecord firstRecord) = NewProtocol(fromBuffered);
        (StreamProtocol second, ProtocolRecord secondRecord) = NewProtocol(toBuffered);
        RawPeer peer = await ConnectAsync(first);
        ITransport transport = firstRecord.Transport;
        Assert.Same(first, transport.Protocol);
        await peer.SendAsync("one"u8.ToArray());
        await firstRecord.ReceivedAsync(3);
        transport.Protocol = second;
        secondRecord.Adopt(transport);
        Assert.Same(second, transport.Protocol);
        await peer.SendAsync("two"u8.ToArray());
        await secondRecord.ReceivedAsync(3);
        Assert.Equal("one"u8.ToArray(), firstRecord.Received);
        Assert.Equal("two"u8.ToArray(), secondRecord.Received);
        peer.Dispose();
        Assert.Null(await secondRecord.Lost);
        Assert.False(firstRecord.Lost.IsCompleted);
        Assert.Equal(["data", "eof", "lost"], secondRecord.Calls);
    });

    [Theory(DisplayName = "TR-14 Switching inside a data callback takes effect for the very next read, without losing a byte")]
    [InlineData(false)]
    [InlineData(true)]
    public void Protocol_SwitchedAtEveryRead_LosesNothing(bool buffered) => Run(async () =>
    {
        var total = new MemoryStream();
        RecordingProtocol span = new();
        RecordingBufferedProtocol own = new(100);
        RawPeer peer = await ConnectAsync(buffered ? own : span);
        ITransport transport = (buffered ? own.Record : span.Record).Transport;
        (buffered ? span.Record : own.Record).Adopt(transport);
        span.Record.OnData = data =>
        {
            total.Write(data);
            transport.Protocol = own;
        };
        own.Record.OnData = data =>
        {
            total.Write(data);
            transport.Protocol = span;
        };
        byte[] sent = TestBytes.Make(1_500_000);
        Task sending = peer.SendAsync(sent);
        await Patience.WaitForAsync(() => total.Length == sent.Length, "everything arrives");
        await sending;
        Assert.Equal(sent, total.ToArray());
        Assert.True(own.Record.DataCalls > 1 && span.Record.DataCalls > 1);
        transport.Abort();
        await Task.WhenAny(span.Record.Lost, own.Record.Lost);
    });

    [Fact(DisplayName = "TR-14 The new protocol hears the resume of a pause that the old one was told")]
    public void Protocol_SwitchedWhilePaused_NewOneIsResumed() => Run(async () =>
    {
        RecordingProtocol first = new();
        RawPeer peer = await ConnectAsync(first, new WriteBufferLimits(high: 1000), smallBuffers: true);
        int written = WriteUntilBlocked(first.Record.Transport).Length;
        Assert.Equal(["made", "pause"], first.Record.Calls);
        var resumed = new TaskCompletionSource();
        first.Record.Transport.Protocol = new ResumeOnly(resumed);
        await peer.ReceiveAsync(written);
        await resumed.Task;
        first.Record.Transport.Close();
    });

    [Fact(DisplayName = "TR-14 No protocol, or one of a kind the transport cannot serve, is refused")]
    public void Protocol_OfAWrongKind_IsRefused() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        Assert.Throws<ArgumentNullException>(() => transport.Protocol = null!);
        Assert.Contains(
            nameof(NotAStreamProtocol),
            Assert.Throws<ArgumentException>(() => transport.Protocol = new NotAStreamProtocol()).Message,
            StringComparison.Ordinal);
        Assert.Same(protocol, transport.Protocol);
        transport.Close();
        await protocol.Record.Lost;
    });

    private static (StreamProtocol Protocol, ProtocolRecord Record) NewProtocol(bool buffered)
    {
        StreamProtocol protocol = buffered ? new RecordingBufferedProtocol() : new RecordingProtocol();
        return (protocol, ((IRecordingProtocol)protocol).Record);
    }

    private sealed class NotAStreamProtocol : BaseProtocol;

    private sealed class ResumeOnly(TaskCompletionSource resumed) : Protocol
    {
        public override void ResumeWriting() => resumed.SetResult();
    }
}
