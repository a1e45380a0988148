using System.Net.Sockets;
using System.Security.Authentication;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Tls;

public class TlsClosingTests : TlsTest
{
    private static readonly ServerOptions s_impatient = new()
    {
        Tls = TestCertificates.ServerOptions(),
        ShutdownTimeout = TimeSpan.FromMilliseconds(50),
    };

    [Fact(DisplayName = "TL-07 WR-05 TLS has no half-closed connections")]
    public void WriteEof_IsNotSupported() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnEof = () => true;
        TlsPeer peer = await AcceptedAsync(protocol);
        ITransport transport = await protocol.Record.Made;
        Assert.False(transport.CanWriteEof);
        Assert.Throws<NotSupportedException>(transport.WriteEof);
        Assert.False(transport.IsClosing);
        // The answer of EofReceived has no effect.
        await peer.Stream.ShutdownAsync();
        Assert.Null(await protocol.Record.Lost);
        peer.Dispose();
    });

    [Fact(DisplayName = "TL-08 TL-20 Close sends what is buffered, says goodbye, and waits for the peer's")]
    public void Close_WithMuchBuffered_FlushesAndWaits() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol);
        ITransport transport = await protocol.Record.Made;
        byte[] data = TestBytes.Make(3_000_000);
        transport.Write(data);
        transport.Close();
        transport.Close();
        Assert.True(transport.IsClosing);
        Assert.Equal(data, await peer.ReceiveToEndAsync());
        await TurnsAsync(20);
        Assert.False(protocol.Record.Lost.IsCompleted);
        await peer.SendAsync("not wanted any more"u8.ToArray());
        await peer.Stream.ShutdownAsync();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(0, transport.WriteBufferSize);
        peer.Dispose();
        await NoTimersLeftAsync();
    });

    [Fact(DisplayName = "TL-08 A peer that never answers the goodbye is given up with a TimeoutException")]
    public void Close_PeerNeverAnswers_TimesOut() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol, s_impatient);
        ITransport transport = await protocol.Record.Made;
        transport.Close();
        Assert.IsType<TimeoutException>(await protocol.Record.Lost);
        peer.Dispose();
        await NoTimersLeftAsync();
    });

    [Fact(DisplayName = "TL-08 A peer that does not read what is buffered is given up, one that reads slowly is not")]
    public void Close_PeerDoesNotRead_TimesOut() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol, s_impatient);
        ITransport transport = await protocol.Record.Made;
        while (transport.WriteBufferSize == 0)
        {
            transport.Write(new byte[200_000]);
        }

        transport.Close();
        Assert.IsType<TimeoutException>(await protocol.Record.Lost);
        peer.Dispose();
    });

    [Fact(DisplayName = "TL-08 A shutdown time of zero says goodbye and waits for nothing")]
    public void Close_ZeroTime_DoesNotWait() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol, s_impatient with { ShutdownTimeout = TimeSpan.Zero });
        ITransport transport = await protocol.Record.Made;
        transport.Write("bye"u8);
        transport.Close();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal("bye"u8.ToArray(), await peer.ReceiveToEndAsync());
        peer.Dispose();
        await NoTimersLeftAsync();
    });

    [Theory(DisplayName = "TL-08 How the peer hangs up after our goodbye does not matter")]
    [InlineData(false)]
    [InlineData(true)]
    public void Close_PeerHangsUp_IsNull(bool reset) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol);
        ITransport transport = await protocol.Record.Made;
        transport.Close();
        await peer.ReceiveToEndAsync();
        if (reset)
        {
            peer.Socket.LingerState = new LingerOption(true, 0);
        }

        peer.Socket.Close();
        Assert.Null(await protocol.Record.Lost);
        peer.Dispose();
    });

    [Fact(DisplayName = "TL-18 Close while reading is paused does not hang on what the peer sent before its goodbye")]
    public void Close_WhilePaused_ReadsToTheGoodbye() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = transport => transport.PauseReading();
        TlsPeer peer = await AcceptedAsync(protocol);
        ITransport transport = await protocol.Record.Made;
        await peer.SendAsync(new byte[100_000]);
        await peer.Stream.ShutdownAsync();
        await TurnsAsync(20);
        Assert.Equal(0, protocol.Record.ReceivedCount);
        transport.Close();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(0, protocol.Record.ReceivedCount);
        peer.Dispose();
    });

    [Fact(DisplayName = "TL-09 The peer's goodbye comes behind its data; what is pending is sent before ours")]
    public void PeerCloses_InOrder_IsEofAndNull() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnEof = () =>
        {
            protocol.Record.Transport.Write("the rest"u8);
            return true;
        };
        TlsPeer peer = await AcceptedAsync(protocol);
        byte[] data = TestBytes.Make(500_000);
        await peer.SendAsync(data);
        await peer.Stream.ShutdownAsync();
        Assert.Equal("the rest"u8.ToArray(), await peer.ReceiveToEndAsync());
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(data, protocol.Record.Received);
        Assert.Equal(["made", "data", "eof", "lost"], protocol.Record.Calls);
        peer.Dispose();
        await NoTimersLeftAsync();
    });

    [Theory(DisplayName = "TL-10 F13 The end of the connection without a goodbye is seen, wherever it comes")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(500)]
    [InlineData(1027)]
    public void PeerEnds_WithoutGoodbye_IsTruncated(int extra) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol);
        await peer.SendAsync(new byte[1000]);
        await protocol.Record.ReceivedAsync(1000);
        var piece = new byte[extra];
        Convert.FromHexString("1703030400").AsSpan(0, Math.Min(extra, 5)).CopyTo(piece);
        await peer.Socket.SendAsync(piece);
        peer.Socket.Shutdown(SocketShutdown.Send);
        Assert.IsType<TlsTruncatedException>(await protocol.Record.Lost);
        Assert.Equal(["made", "data", "lost"], protocol.Record.Calls);
        Assert.Equal(1000, protocol.Record.ReceivedCount);
        peer.Dispose();
    });

    [Fact(DisplayName = "TL-10 TL-18 A truncation behind data that waits for ResumeReading is told after the data")]
    public void PeerEnds_WithoutGoodbyeWhilePaused_IsToldBehindTheData() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnData = _ => protocol.Record.Transport.PauseReading();
        TlsPeer peer = await AcceptedAsync(protocol);
        byte[] data = TestBytes.Make(100_000);
        await peer.SendAsync(data);
        peer.Socket.Shutdown(SocketShutdown.Send);
        await protocol.Record.ReceivedAsync(1);
        await TurnsAsync(20);
        while (protocol.Record.ReceivedCount < data.Length)
        {
            Assert.False(protocol.Record.Lost.IsCompleted);
            protocol.Record.Transport.ResumeReading();
            await TurnsAsync(5);
        }

        protocol.Record.Transport.ResumeReading();
        Assert.IsType<TlsTruncatedException>(await protocol.Record.Lost);
        Assert.Equal(data, protocol.Record.Received);
        peer.Dispose();
    });

    [Fact(DisplayName = "TL-10 A reset is the socket's error, not a truncation")]
    public void PeerResets_IsTheSocketsError() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol);
        await protocol.Record.Made;
        peer.Socket.LingerState = new LingerOption(true, 0);
        peer.Socket.Close();
        Assert.IsType<SocketException>(await protocol.Record.Lost);
        peer.Dispose();
    });

    [Fact(DisplayName = "TL-11 Abort ends at once, with null, and without a goodbye")]
    public void Abort_EndsAtOnce() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol);
        ITransport transport = await protocol.Record.Made;
        while (transport.WriteBufferSize == 0)
        {
            transport.Write(new byte[200_000]);
        }

        transport.Abort();
        transport.Abort();
        transport.Close();
        Assert.Equal(0, transport.WriteBufferSize);
        Assert.Null(await protocol.Record.Lost);
        peer.Dispose();
        await NoTimersLeftAsync();
    });

    [Fact(DisplayName = "TL-11 Abort ends a close that waits")]
    public void Abort_AfterClose_EndsTheWait() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol);
        ITransport transport = await protocol.Record.Made;
        transport.Close();
        await TurnsAsync();
        Assert.False(protocol.Record.Lost.IsCompleted);
        transport.Abort();
        Assert.Null(await protocol.Record.Lost);
        peer.Dispose();
        await NoTimersLeftAsync();
    });

    [Fact(DisplayName = "TL-12 Writes after Close are dropped, with a warning from the fifth on")]
    public void Write_AfterClose_IsDropped() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol);
        ITransport transport = await protocol.Record.Made;
        transport.Write("first"u8);
        transport.Close();
        for (int i = 0; i < 6; i++)
        {
            transport.Write("late"u8);
        }

        Assert.Equal("first"u8.ToArray(), await peer.ReceiveToEndAsync());
        Assert.Equal(2, WarningCount);
        peer.Dispose();
        await protocol.Record.Lost;
    });

    [Theory(DisplayName = "TL-19 A record that was tampered with ends the connection with the error, and is reported")]
    [InlineData("17030300200000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("1703030000")]
    [InlineData("47455420")]
    [InlineData("170303ffff")]
    [InlineData("1503030002020a")]
    public void Record_Corrupted_EndsTheConnection(string record) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer peer = await AcceptedAsync(protocol);
        await peer.SendAsync(new byte[10]);
        await protocol.Record.ReceivedAsync(10);
        await peer.Socket.SendAsync(Convert.FromHexString(record));
        Exception? lost = await protocol.Record.Lost;
        Assert.True(lost is IOException or AuthenticationException, $"{lost}");
        Assert.IsNotType<TlsTruncatedException>(lost);
        LoopExceptionContext report = TakeReport();
        Assert.Same(lost, report.Exception);
        Assert.Equal(LoopErrorKind.Tls, report.Kind);
        peer.Dispose();
    });

    [Fact(DisplayName = "TL-08 CloseClients says goodbye inside TLS; the server ends when they have answered")]
    public void Server_ClosesClients_InOrder() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        Server server = await ServeAsync(null, protocol);
        using TlsPeer peer = await TlsPeer.ConnectAsync(PortOf(server));
        await protocol.Record.Made;
        Task<int> shutdown = server.ShutdownAsync(Patience.Bound);
        Assert.Empty(await peer.ReceiveToEndAsync());
        await peer.Stream.ShutdownAsync();
        Assert.Equal(0, await shutdown);
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "LC-13 A loop that closes ends its TLS connections, also those that shake hands")]
    public async Task Loop_Closed_EndsTlsConnections()
    {
        RecordingProtocol protocol = Recorder();
        TlsPeer? peer = null;
        RawPeer? silent = null;
        Run(async () =>
        {
            Server server = await ServeAsync(null, protocol, Recorder());
            peer = await TlsPeer.ConnectAsync(PortOf(server));
            await protocol.Record.Made;
            silent = await RawAsync(PortOf(server));
            await silent.SendAsync(Convert.FromHexString("16030100050100010000"));
            while (server.ConnectionCount < 2)
            {
                await Task.Yield();
            }
        });
        Assert.IsType<LoopClosedException>(await protocol.Record.Lost);
        peer!.Dispose();
        silent!.Dispose();
    }
}
