using System.Net;
using System.Runtime.CompilerServices;
using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Connections;

[Collection(Census.Name)]
public class LoopCloseTests : ServerTest
{
    [Fact(DisplayName = "LC-13 P12 Closing the loop tells every connection, in whatever state, once, and leaves nothing open")]
    public void Close_WithConnectionsInEveryState_TellsEachOnce()
    {
        CloseWithEverything();
        DescriptorCensus before = DescriptorCensus.Take();
        Accepted.Clear();
        CloseWithEverything();
        before.WaitUntilNothingNew();
        Assert.All(Accepted, record => Assert.IsType<LoopClosedException>(record.Lost.GetAwaiter().GetResult()));
    }

    [Fact(DisplayName = "LC-13 Closing the loop ends its servers: waiters return, serving for ever is canceled")]
    public void Close_WithServers_EndsThem()
    {
        Server? server = null;
        Server? bound = null;
        Task? forever = null;
        Task? closed = null;
        Run(async () =>
        {
            bound = await ServeAsync(new ServerOptions { StartServing = false });
            server = await ServeAsync();
            await ConnectAndWaitAsync(server);
            forever = server.ServeForeverAsync();
            closed = server.WaitClosedAsync();
            await TurnsAsync();
        });
        Assert.True(closed!.IsCompletedSuccessfully);
        Assert.False(server!.IsServing || bound!.IsServing);
        Assert.Empty(server.EndPoints);
        Assert.Equal(0, server.ConnectionCount);
        Assert.True(server.WaitClosedAsync().IsCompletedSuccessfully && bound!.WaitClosedAsync().IsCompletedSuccessfully);
        server.Close();
        server.CloseClients();
        server.AbortClients();
        Assert.True(server.ShutdownAsync(TimeSpan.FromSeconds(1)).IsCompletedSuccessfully);
        Assert.NotNull(forever);
    }

    [Fact(DisplayName = "LC-13 Calls on a transport whose loop is closed are harmless")]
    public void Transport_AfterTheLoopIsClosed_IsHarmless()
    {
        ITransport? transport = null;
        Run(async () =>
        {
            Server server = await ServeAsync();
            (_, ProtocolRecord record) = await ConnectAndWaitAsync(server);
            transport = record.Transport;
        });
        transport!.Write("dropped"u8);
        transport.WriteEof();
        transport.PauseReading();
        transport.ResumeReading();
        transport.Close();
        transport.Abort();
        Assert.True(transport.IsClosing);
        Assert.Equal(0, transport.WriteBufferSize);
        Assert.NotNull(transport.GetExtraInfo("peername"));
        Assert.Equal(-1, ((TransportSocket)transport.GetExtraInfo("socket")!).Descriptor);
    }

    [Theory(DisplayName = "CC-11 Closing the loop ends a connection attempt and closes its socket")]
    [InlineData(false)]
    [InlineData(true)]
    public void Close_WhileConnecting_ClosesTheSocket(bool cancellable)
    {
        using var hole = new BlackHole();
        using var cancellation = new CancellationTokenSource();
        List<Task> attempts = [];
        void Attempt() => Run(async () =>
        {
            attempts.Add(Loop.CreateConnectionAsync(
                Recorder, "127.0.0.1", hole.Port, cancellationToken: cancellable ? cancellation.Token : default));
            await TurnsAsync();
        });
        Attempt();
        DescriptorCensus before = DescriptorCensus.Take();
        Attempt();
        Attempt();
        before.WaitUntilNothingNew();
        Assert.DoesNotContain(attempts, attempt => attempt.IsCompletedSuccessfully);
    }

    [Fact(DisplayName = "TR-15 A transport nobody holds lives on with its loop; a dropped loop warns and closes its sockets")]
    public async Task Drop_LoopWithAConnection_WarnsAndClosesTheSocket()
    {
        using var log = new RecordedLog();
        RawPeer peer = DropLoop(log, out EndPoint endPoint);
        Task<bool> ended = peer.EndedByResetAsync();
        await Patience.WaitForAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return ended.IsCompleted;
            },
            "the peer sees the end");
        Assert.Contains(log.Entries, entry => entry.Level == LogLevel.Warning && entry.Text.Contains("Unclosed", StringComparison.Ordinal));
        AssertRefuses(endPoint);
        peer.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RawPeer DropLoop(RecordedLog log, out EndPoint endPoint)
    {
        var loop = new SelectorEventLoop(options: new EventLoopOptions { LoggerFactory = log });
        RawPeer? peer = null;
        EndPoint? bound = null;
        loop.RunUntilComplete(async () =>
        {
            var dropped = new WeakReference(null);
            Server server = await loop.CreateServerAsync(
                () =>
                {
                    var protocol = new RecordingProtocol();
                    protocol.Record.OnData = data => protocol.Record.Transport.Write(data);
                    dropped.Target = protocol;
                    return protocol;
                },
                "127.0.0.1",
                0);
            bound = server.EndPoints[0];
            peer = RawPeer.Connect(bound);
            await AssertEchoesAsync(peer);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await AssertEchoesAsync(peer);
            Assert.True(dropped.IsAlive);
        });
        endPoint = bound!;
        return peer!;
    }

    private void CloseWithEverything()
    {
        using var hole = new BlackHole();
        Run(async () =>
        {
            await ServeAsync(new ServerOptions { StartServing = false });
            Server server = await ServeAsync();
            await ConnectAndWaitAsync(server);
            foreach (string state in new[] { "paused", "blocked", "draining", "half-closed", "kept open", "pausing writes" })
            {
                (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server, smallBuffers: true);
                await BringToAsync(state, peer, record);
            }

            _ = Loop.CreateConnectionAsync(Recorder, "127.0.0.1", hole.Port);
            RecordingProtocol client = Recorder();
            await Loop.CreateConnectionAsync(() => client, "127.0.0.1", ((IPEndPoint)server.EndPoints[0]).Port);
            await TurnsAsync();
        });
        DisposePeers();
    }

    private static async Task BringToAsync(string state, RawPeer peer, ProtocolRecord record)
    {
        ITransport transport = record.Transport;
        switch (state)
        {
            case "paused":
                transport.PauseReading();
                await peer.SendAsync(new byte[100]);
                break;
            case "half-closed":
                transport.WriteEof();
                break;
            case "kept open":
                record.OnEof = () => true;
                peer.ShutdownSend();
                await record.Eof;
                break;
            default:
                transport.Write(new byte[4_000_000]);
                if (state == "draining")
                {
                    transport.Close();
                }

                break;
        }
    }
}
