using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

/// <summary>What only a loop over completions can get wrong: operations that outlive whoever started them.</summary>
[Collection(Census.Name)]
public sealed class ProactorFaultTests : LoopTest
{
    protected override EventLoop CreateLoop(EventLoopOptions options) => new ProactorEventLoop(options);

    [Fact(DisplayName = "PR-01 Descriptors are not watched, and the refusal names the loop that does")]
    public void AddReader_OnTheProactor_IsNotSupported() => Run(() =>
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        NotSupportedException refusal = Assert.Throws<NotSupportedException>(() => Loop.AddReader(socket, () => { }));
        Assert.Contains(nameof(SelectorEventLoop), refusal.Message, StringComparison.Ordinal);
        return Task.CompletedTask;
    });

    [Fact(DisplayName = "PR-02 What arrives while reading is paused is kept for the resume, once 64 KiB; the rest waits in the system")]
    public void Pause_DataArrives_IsKeptForTheResume() => Run(async () =>
    {
        const int Size = 300_000;
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = transport => transport.PauseReading();
        using RawPeer peer = await ConnectAsync(protocol);
        byte[] sent = TestBytes.Make(Size);
        Task sending = peer.SendAsync(sent);
        await Task.Delay(20);
        Assert.Empty(protocol.Record.Received);
        protocol.Record.OnData = data => Assert.InRange(data.Length, 1, 64 * 1024);
        protocol.Record.Transport.ResumeReading();
        await protocol.Record.ReceivedAsync(Size);
        await sending;
        Assert.Equal(sent, protocol.Record.Received);
    });

    [Fact(DisplayName = "PR-03 Memory that the system may still be sending from is not given to the next connection")]
    public void Abort_SendPending_KeepsItsMemory() => Run(async () =>
    {
        for (int round = 0; round < 20; round++)
        {
            RecordingProtocol first = Recorder();
            using RawPeer slow = await ConnectAsync(first);
            byte[] old = WriteUntilBlocked(first.Record.Transport, seed: round);
            first.Record.Transport.Abort();
            RecordingProtocol second = Recorder();
            using RawPeer fresh = await ConnectAsync(second);
            byte[] late = WriteUntilBlocked(second.Record.Transport, seed: round + 1000);
            second.Record.Transport.Close();
            byte[] prefix = await ReceiveWhatComesAsync(slow);
            Assert.Equal(old[..prefix.Length], prefix);
            Assert.Equal(late, await fresh.ReceiveToEndAsync());
            await second.Record.Lost;
        }
    });

    [Fact(DisplayName = "PR-04 A reset under a pending receive is the socket's error, told once and reported to nobody")]
    public void Reset_ReceivePending_IsTold() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        using RawPeer peer = await ConnectAsync(protocol);
        peer.Reset();
        SocketException reset = Assert.IsType<SocketException>(await protocol.Record.Lost);
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        Assert.Equal(0, ReportCount);
    });

    [Fact(DisplayName = "PR-03 Receives, sends, accepts and connects that are under way when the loop closes leave nothing open")]
    public async Task LoopCloses_OperationsPending_NothingStaysOpen()
    {
        await CloseWithEverythingPendingAsync();
        DescriptorCensus before = DescriptorCensus.Take();
        for (int round = 0; round < 10; round++)
        {
            await CloseWithEverythingPendingAsync();
        }

        before.WaitUntilNothingNew();
    }

    private static async Task CloseWithEverythingPendingAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var reading = new RecordingProtocol();
        var writing = new RecordingProtocol();
        using (var test = new TestLoop(options => new ProactorEventLoop(options)))
        {
            test.Run(async () =>
            {
                await test.Loop.CreateServerAsync(() => new RecordingProtocol(), "127.0.0.1", 0);
                int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
                await test.Loop.CreateConnectionAsync(() => reading, "127.0.0.1", port);
                await test.Loop.CreateConnectionAsync(() => writing, "127.0.0.1", port);
                WriteUntilBlocked(writing.Record.Transport, seed: 1);
                _ = test.Loop.CreateConnectionAsync(() => new RecordingProtocol(), "192.0.2.1", 9);
            });
        }

        using Socket first = await listener.AcceptAsync();
        using Socket second = await listener.AcceptAsync();
        try
        {
            await first.SendAsync("to nobody"u8.ToArray());
        }
        catch (SocketException)
        {
            // The end of the connection was faster.
        }

        Assert.IsType<LoopClosedException>(await reading.Record.Lost);
        Assert.IsType<LoopClosedException>(await writing.Record.Lost);
    }

    private static byte[] WriteUntilBlocked(ITransport transport, int seed)
    {
        using var all = new MemoryStream();
        while (transport.WriteBufferSize == 0)
        {
            byte[] data = TestBytes.Make(256 * 1024, seed + (int)all.Length);
            transport.Write(data);
            all.Write(data);
        }

        return all.ToArray();
    }

    private static async Task<byte[]> ReceiveWhatComesAsync(RawPeer peer)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await peer.Socket.ReceiveAsync(buffer) is > 0 and int count)
            {
                all.Write(buffer, 0, count);
            }
        }
        catch (SocketException)
        {
            // An abort need not be an orderly end.
        }

        return all.ToArray();
    }

    private async Task<RawPeer> ConnectAsync(StreamProtocol protocol)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await Loop.CreateConnectionAsync(() => protocol, "127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port);
        return new RawPeer(await listener.AcceptAsync());
    }
}
