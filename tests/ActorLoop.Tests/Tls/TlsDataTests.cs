using System.Buffers;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Tls;

public class TlsDataTests : TlsTest
{
    private const int Much = 10 * 1024 * 1024;

    [Theory(DisplayName = "TL-01 TL-17 BP-03 Megabytes arrive whole and in order, into a span or into buffers of any size")]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(40_000)]
    public void Receiving_Much_KeepsOrder(int bufferSize) => Run(async () =>
    {
        byte[] data = TestBytes.Make(3_000_000);
        StreamProtocol protocol = bufferSize == 0 ? Recorder() : Watched(new RecordingBufferedProtocol(bufferSize));
        ProtocolRecord record = ((IRecordingProtocol)protocol).Record;
        TlsPeer peer = await AcceptedAsync(protocol);
        Task sending = peer.SendAsync(data);
        await record.ReceivedAsync(data.Length);
        await sending;
        Assert.Equal(data, record.Received);
        await peer.Stream.ShutdownAsync();
        Assert.Null(await record.Lost);
        peer.Dispose();
        Assert.Equal(["made", "data", "eof", "lost"], record.Calls);
    });

    [Fact(DisplayName = "TL-05 Writes of every size arrive whole and in order, also gathered ones")]
    public void Writing_EverySize_KeepsOrder() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await ConnectedAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        using var all = new MemoryStream();
        foreach (int size in new[] { 1, 100, 16_383, 16_384, 16_385, 40_000, 200_000, 3, 0 })
        {
            byte[] data = TestBytes.Make(size, size);
            all.Write(data);
            transport.Write(data);
            if (size > 0)
            {
                ReadOnlySequence<byte> pieces = Pieces.Cut(data, new Random(size), Math.Max(2, size / 3));
                all.Write(data);
                transport.Write(pieces);
            }
        }

        Assert.Equal(all.ToArray(), await peer.ReceiveAsync((int)all.Length));
        transport.Close();
        Assert.Empty(await peer.ReceiveToEndAsync());
        peer.Dispose();
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "WR-01 What one callback writes leaves as one record")]
    public void Writing_InOneCallback_IsOneRecord() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await ConnectedAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        for (int i = 0; i < 100; i++)
        {
            transport.Write(new byte[10]);
        }

        Assert.Equal(1000, transport.WriteBufferSize);
        // SslStream returns a record at a time.
        Assert.Equal(1000, await peer.Stream.ReadAsync(new byte[4096]));
        transport.Abort();
        peer.Dispose();
    });

    [Fact(DisplayName = "TL-05 A slow reader pauses the protocol over the high-water mark and resumes it at the low one")]
    public void Writing_ToASlowReader_PausesAndResumes() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await ConnectedAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        Assert.Equal(WriteBufferLimits.DefaultHigh, transport.WriteBufferLimits.High);
        int written = 0;
        for (int step = 0; step < 10; step++)
        {
            while (!protocol.Record.IsPaused)
            {
                transport.Write(new byte[50_000]);
                written += 50_000;
                await Task.Yield();
            }

            Assert.True(transport.WriteBufferSize > WriteBufferLimits.DefaultHigh);
            await peer.ReceiveAsync(written);
            written = 0;
            await Patience.WaitForAsync(() => !protocol.Record.IsPaused, "resume");
            Assert.True(transport.WriteBufferSize <= transport.WriteBufferLimits.Low);
        }

        transport.Close();
        await peer.ReceiveToEndAsync();
        peer.Dispose();
        await protocol.Record.Lost;
    });

    [Fact(DisplayName = "TL-05 F7 A protocol that ignores PauseWriting loses its connection at the hard cap")]
    public void Writing_PastTheCap_AbortsTheConnection() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await ConnectedAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        int most = 0;
        while (!transport.IsClosing)
        {
            transport.Write(new byte[100_000]);
            most = Math.Max(most, transport.WriteBufferSize);
        }

        Assert.IsType<WriteBufferOverflowException>(await protocol.Record.Lost);
        Assert.InRange(most, WriteBufferLimits.DefaultCap, WriteBufferLimits.DefaultCap + 110_000);
        peer.Dispose();
    });

    [Theory(DisplayName = "TL-06 TL-18 While reading is paused nothing is delivered and little is kept; then all of it comes")]
    [InlineData(0)]
    [InlineData(1000)]
    public void Reading_PausedDuringMuch_DeliversLater(int bufferSize) => Run(async () =>
    {
        StreamProtocol protocol = bufferSize == 0 ? Recorder() : Watched(new RecordingBufferedProtocol(bufferSize));
        ProtocolRecord record = ((IRecordingProtocol)protocol).Record;
        TlsPeer peer = await AcceptedAsync(protocol);
        byte[] data = TestBytes.Make(Much);
        int calls = 0;
        record.OnData = _ =>
        {
            if (++calls % 100 == 1)
            {
                record.Transport.PauseReading();
            }
        };
        Task sending = Task.Run(() => peer.SendAsync(data));
        while (record.ReceivedCount < Much)
        {
            await Patience.WaitForAsync(() => !record.Transport.IsReading || record.ReceivedCount == Much, "pause");
            int before = record.ReceivedCount;
            await TurnsAsync(20);
            Assert.Equal(before, record.ReceivedCount);
            record.Transport.ResumeReading();
            Assert.Equal(before, record.ReceivedCount);
        }

        await sending;
        Assert.Equal(data, record.Received);
        record.OnData = null;
        record.Transport.ResumeReading();
        record.Transport.Close();
        await peer.ReceiveToEndAsync();
        peer.Dispose();
        Assert.Null(await record.Lost);
    });

    [Fact(DisplayName = "TL-17 Closing and throwing inside the callbacks of data ends the connection in order")]
    public void Callbacks_ThatEndTheConnection_AreSafe() => Run(async () =>
    {
        foreach (string what in new[] { "close", "abort", "throw" })
        {
            RecordingProtocol protocol = Recorder();
            TlsPeer peer = await AcceptedAsync(protocol);
            var bug = new InvalidOperationException("bug");
            protocol.Record.OnData = _ =>
            {
                protocol.Record.Transport.Write("last"u8);
                if (what == "throw")
                {
                    throw bug;
                }

                if (what == "close")
                {
                    protocol.Record.Transport.Close();
                }
                else
                {
                    protocol.Record.Transport.Abort();
                }
            };
            await peer.SendAsync(new byte[100_000]);
            Task<byte[]> end = peer.ReceiveToEndAsync();
            if (what == "close")
            {
                Assert.Equal("last"u8.ToArray(), await end);
                peer.Dispose();
            }

            Exception? lost = await protocol.Record.Lost;
            Assert.Same(what == "throw" ? bug : null, lost);
            Assert.Equal(1, protocol.Record.DataCalls);
            if (what == "throw")
            {
                Assert.Same(bug, TakeReport().Exception);
            }

            peer.Dispose();
        }
    });

    [Fact(DisplayName = "F17 ConnectionMade and EofReceived that throw end the connection with that exception")]
    public void Callbacks_ThatThrow_AreReported() => Run(async () =>
    {
        var bug = new InvalidOperationException("bug");
        RecordingProtocol made = Recorder();
        made.Record.OnMade = _ => throw bug;
        TlsPeer peer = await AcceptedAsync(made);
        Assert.Same(bug, await made.Record.Lost);
        Assert.Same(bug, TakeReport().Exception);
        peer.Dispose();

        RecordingProtocol eof = Recorder();
        eof.Record.OnEof = () => throw bug;
        peer = await AcceptedAsync(eof);
        await peer.Stream.ShutdownAsync();
        Assert.Same(bug, await eof.Record.Lost);
        Assert.Same(bug, TakeReport().Exception);
        peer.Dispose();
    });

    [Fact(DisplayName = "TL-05 An echo of a kilobyte allocates next to nothing")]
    public void Echo_Steady_AllocatesNothing() => Run(async () =>
    {
        const int Rounds = 2000;
        var message = new byte[1024];
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = new Counter(Rounds, message, done);
        await ConnectPairAsync(client, new Echo());
        client.Begin();
        await done.Task;
        Assert.InRange(client.Allocated / Rounds, 0, 100);
        client.Transport!.Close();
        await client.Lost.Task;
        await TurnsAsync(20);
    });

    private sealed class Echo : Protocol
    {
        private ITransport? _transport;

        public override void ConnectionMade(ITransport transport) => _transport = transport;

        public override void DataReceived(ReadOnlySpan<byte> data) => _transport!.Write(data);
    }

    /// <summary>Sends the next message when the last has come back; counts after a warm-up.</summary>
    private sealed class Counter(int rounds, byte[] message, TaskCompletionSource done) : Protocol
    {
        private int _left = rounds * 2;
        private int _received;
        private long _start;

        public ITransport? Transport { get; private set; }

        public TaskCompletionSource Lost { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Allocated { get; private set; }

        public void Begin() => Transport!.Write(message);

        public override void ConnectionMade(ITransport transport) => Transport = transport;

        public override void ConnectionLost(Exception? exception) => Lost.SetResult();

        public override void DataReceived(ReadOnlySpan<byte> data)
        {
            _received += data.Length;
            if (_received < message.Length)
            {
                return;
            }

            _received = 0;
            if (--_left == rounds)
            {
                _start = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_left == 0)
            {
                Allocated = GC.GetAllocatedBytesForCurrentThread() - _start;
                done.SetResult();
                return;
            }

            Transport!.Write(message);
        }
    }
}
