using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Supervision;

/// <summary>The end of groups and loops with connections.</summary>
[Collection(Census.Name)]
public sealed class GroupShutdownTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shutdown_OfAGroup_DrainsInPhases()
    {
        var protocols = new Connections();
        await using var group = new EventLoopGroup(2, new EventLoopGroupOptions { Name = "edge" });
        Server server = await protocols.ServeAsync(group);
        EndPoint endPoint = server.EndPoints[0];
        List<RawPeer> peers = await Connections.ConnectAsync(endPoint, 10);
        var seen = new List<string>();
        group.Shutdown.AddTask(ShutdownPhases.BeforeServiceUnbind, "look", async _ =>
        {
            seen.Add($"accepting {server.IsServing}");
            Assert.True(group.Loops[0].IsRunning);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => protocols.ServeAsync(group));
        });
        group.Shutdown.AddTask(ShutdownPhases.ServiceRequestsDone, "look", _ =>
        {
            seen.Add($"accepting {server.IsServing}, connections {server.ConnectionCount}");
            Assert.Throws<SocketException>(() => RawPeer.Connect(endPoint).Dispose());
            return Task.CompletedTask;
        });
        group.Shutdown.AddTask(ShutdownPhases.BeforeActorSystemTerminate, "look", _ =>
        {
            seen.Add($"connections {server.ConnectionCount}, running {group.Loops.All(loop => loop.IsRunning)}");
            return Task.CompletedTask;
        });
        ShutdownReport report = await group.Shutdown.RunAsync().WaitAsync(Patience.Bound, Token);
        Assert.Equal(["accepting True", "accepting False, connections 10", "connections 0, running True"], seen);
        Assert.True(report.IsClean, string.Join(", ", report.Phases.SelectMany(phase => phase.Failures)));
        Assert.All(group.Loops, loop => Assert.True(loop.IsClosed));
        Assert.True(group.Completion.IsCompletedSuccessfully);
        protocols.AssertEachLostOnce(10);
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact(DisplayName = "F39 Connections that do not end in time are aborted, and each hears of it once")]
    public async Task Shutdown_WithPeersThatDoNotRead_AbortsThem()
    {
        var protocols = new Connections { Greeting = 3 << 20 };
        await using var group = new EventLoopGroup(2, new EventLoopGroupOptions
        {
            Shutdown = new CoordinatedShutdownOptions
            {
                Phases =
                [
                    .. ShutdownPhases.Default.Select(phase => phase.Name == ShutdownPhases.ServiceStop
                        ? phase with { Timeout = TimeSpan.FromMilliseconds(50) }
                        : phase),
                ],
            },
        });
        Server server = await protocols.ServeAsync(group);
        List<RawPeer> peers = [.. Enumerable.Range(0, 4).Select(_ => RawPeer.Connect(server.EndPoints[0], smallBuffers: true))];
        await Patience.WaitForAsync(() => server.ConnectionCount == 4, "the connections");
        ShutdownReport report = await group.Shutdown.RunAsync().WaitAsync(Patience.Bound, Token);
        Assert.True(report.Phases.Single(phase => phase.Name == ShutdownPhases.ServiceStop).IsTimedOut);
        Assert.Empty(report.Phases.Single(phase => phase.Name == ShutdownPhases.ServiceAbort).Failures);
        protocols.AssertEachLostOnce(4);
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task Shutdown_WithManyConnections_DrainsThemAll()
    {
        const int Count = 400;
        DescriptorCensus? before = null;
        for (int i = 0; i < 2; i++)
        {
            var protocols = new Connections();
            await using var group = new EventLoopGroup(2);
            Server server = await protocols.ServeAsync(group);
            List<RawPeer> peers = await Connections.ConnectAsync(server.EndPoints[0], i == 0 ? 4 : Count);
            Task ends = Task.WhenAll(peers.Select(peer => peer.ReceiveToEndAsync()));
            ShutdownReport report = await group.Shutdown.RunAsync().WaitAsync(Patience.Bound, Token);
            Assert.True(report.IsClean);
            await ends.WaitAsync(Patience.Bound, Token);
            protocols.AssertEachLostOnce(peers.Count);
            peers.ForEach(peer => peer.Dispose());
            await group.DisposeAsync();
            before?.WaitUntilNothingNew();
            before = DescriptorCensus.Take();
        }
    }

    [Fact]
    public async Task DisposeAsync_AfterAShutdownThatFailed_StopsTheLoops()
    {
        var group = new EventLoopGroup(2, new EventLoopGroupOptions
        {
            Shutdown = new CoordinatedShutdownOptions
            {
                Phases = [new ShutdownPhase("mine") { Recover = false }, .. ShutdownPhases.Default],
            },
        });
        group.Shutdown.AddTask("mine", "bad", _ => throw new FormatException("bad"));
        await Assert.ThrowsAsync<ShutdownFailedException>(() => group.StopAsync(TimeSpan.Zero).WaitAsync(Patience.Bound, Token));
        Assert.All(group.Loops, loop => Assert.False(loop.IsClosed));
        await group.DisposeAsync().AsTask().WaitAsync(Patience.Bound, Token);
        Assert.All(group.Loops, loop => Assert.True(loop.IsClosed));
    }

    [Fact]
    public async Task StopAsync_WithoutItsPhase_StopsTheLoops()
    {
        await using var group = new EventLoopGroup(2, new EventLoopGroupOptions
        {
            Shutdown = new CoordinatedShutdownOptions { Phases = [new ShutdownPhase("mine")] },
        });
        await group.StopAsync(TimeSpan.Zero).WaitAsync(Patience.Bound, Token);
        Assert.All(group.Loops, loop => Assert.True(loop.IsClosed));
    }

    [Fact]
    public async Task Shutdown_RunOnALoopOfTheGroup_Ends()
    {
        await using var group = new EventLoopGroup(2);
        var done = new TaskCompletionSource<Task<ShutdownReport>>(TaskCreationOptions.RunContinuationsAsynchronously);
        group.Loops[0].Post(() => done.SetResult(group.Shutdown.RunAsync()));
        Task<ShutdownReport> run = await done.Task.WaitAsync(Patience.Bound, Token);
        Assert.True((await run.WaitAsync(Patience.Bound, Token)).IsClean);
    }

    [Fact]
    public async Task Shutdown_StopsActorsBeforeLoops()
    {
        await using var group = new EventLoopGroup(1);
        var actor = new Stopping();
        ActorRef<int> stopped = group.Loops[0].Spawn(() => actor);
        stopped.Tell(1);
        await Patience.WaitForAsync(() => actor.Received, "the message");
        await group.Shutdown.RunAsync().WaitAsync(Patience.Bound, Token);
        Assert.True(actor.WasRunning);
        Assert.True(stopped.IsTerminated);
    }

    [Fact]
    public async Task Shutdown_OfALoop_DrainsItsServersAndEndsTheRun()
    {
        using var loop = new SelectorEventLoop();
        var protocols = new Connections();
        Server server = loop.RunUntilComplete(() => loop.CreateServerAsync(protocols.Create, "127.0.0.1", 0));
        RawPeer? peer = null;
        Task<ShutdownReport>? run = null;
        loop.CallSoon(() => peer = RawPeer.Connect(server.EndPoints[0]));
        loop.CallLater(TimeSpan.FromMilliseconds(1), () => run = Task.Run(async () =>
        {
            await Patience.WaitForAsync(() => server.ConnectionCount == 1, "the connection");
            return await loop.Shutdown.RunAsync();
        }));
        loop.RunForever();
        ShutdownReport report = await run!.WaitAsync(Patience.Bound, TestContext.Current.CancellationToken);
        Assert.True(report.IsClean);
        Assert.True(server.Actor.IsTerminated);
        protocols.AssertEachLostOnce(1);
        peer!.Dispose();
    }

    [Fact]
    public async Task Describe_PrintsTheTree_AndBoundsIt()
    {
        var protocols = new Connections();
        await using var group = new EventLoopGroup(1, new EventLoopGroupOptions { Name = "edge" });
        Server server = await protocols.ServeAsync(group);
        List<RawPeer> peers = await Connections.ConnectAsync(server.EndPoints[0], 30);
        _ = group.Loops[0].Spawn(() => new Stopping(), "worker");
        await Patience.WaitForAsync(() => server.ConnectionCount == 30, "the connections");
        string text = group.Describe();
        EndPoint address = server.EndPoints[0];
        Assert.StartsWith("edge  group of 1 loops  running\n", text, StringComparison.Ordinal);
        Assert.Contains($"\n  echo  server over 1 loops  {address}  connections=30 accepted=30\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  edge/loop-0  SelectorEventLoop  running\n    worker", text, StringComparison.Ordinal);
        string member = $"\n    echo  server  serving  {address}  connections=30 accepted=30 restarts=0\n";
        Assert.Contains(member, text, StringComparison.Ordinal);
        Assert.Contains("\n      conn-1  connection  open  127.0.0.1:", text, StringComparison.Ordinal);
        Assert.EndsWith("\n      and 10 more", text, StringComparison.Ordinal);
        peers.ForEach(peer => peer.Dispose());
    }

    private sealed class Stopping : Actor<int>
    {
        public volatile bool Received;

        public bool WasRunning { get; private set; }

        protected override void Receive(int message) => Received = true;

        protected override void PostStop() => WasRunning = Context.Loop.IsRunning;
    }

    /// <summary>The protocols of a server, and what they heard.</summary>
    private sealed class Connections
    {
        private readonly List<Counting> _all = [];

        public int Greeting { get; init; }

        public Task<Server> ServeAsync(EventLoopGroup group) =>
            group.CreateServerAsync(Create, "127.0.0.1", 0, new ServerOptions { Name = "echo" });

        public static async Task<List<RawPeer>> ConnectAsync(EndPoint target, int count)
        {
            List<RawPeer> peers = [];
            for (int i = 0; i < count; i++)
            {
                var peer = RawPeer.Connect(target);
                peers.Add(peer);
                await peer.SendAsync(new byte[1]);
                await peer.ReceiveAsync(1).WaitAsync(Patience.Bound);
            }

            return peers;
        }

        public Counting Create()
        {
            var protocol = new Counting(Greeting);
            lock (_all)
            {
                _all.Add(protocol);
            }

            return protocol;
        }

        public void AssertEachLostOnce(int count)
        {
            lock (_all)
            {
                Assert.Equal(count, _all.Count);
                Assert.All(_all, protocol => Assert.Equal(1, protocol.Ends));
            }
        }
    }

    private sealed class Counting(int greeting) : Protocol
    {
        private ITransport? _transport;
        private int _ends;

        public int Ends => Volatile.Read(ref _ends);

        public override void ConnectionMade(ITransport transport)
        {
            _transport = transport;
            transport.Write(new byte[greeting]);
        }

        public override void DataReceived(ReadOnlySpan<byte> data) => _transport!.Write(data);

        public override void ConnectionLost(Exception? exception) => Interlocked.Increment(ref _ends);
    }
}
