using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>Groups of loops over completions: connections are spread, and a loop that fails is replaced.</summary>
[Collection(Census.Name)]
public sealed class ProactorGroupTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "PR-07 F33 A group spreads connections, and goes on with a new loop on the same socket when one fails")]
    [InlineData(ConnectionPlacement.LeastLoaded, 0)]
    [InlineData(ConnectionPlacement.LeastLoaded, 1)]
    [InlineData(ConnectionPlacement.ReusePort, 0)]
    [InlineData(ConnectionPlacement.ReusePort, 1)]
    public Task Loop_Fails_IsReplaced(ConnectionPlacement placement, int index) => NothingLeftAsync(async () =>
    {
        List<Echo> served = [];
        await using EventLoopGroup group = NewGroup();
        Server server = await group.CreateServerAsync(() => Echo.AddTo(served), "127.0.0.1", 0, placement: placement);
        using var clients = new Clients();
        await clients.ConnectAsync(server.EndPoints[0], 8);
        Assert.True(placement != ConnectionPlacement.LeastLoaded || Count(served, group.Loops[0]) == 4);
        EventLoop dead = group.Loops[index];
        EndPoint endPoint = server.EndPoints[0];
        dead.Actor.Kill();
        await Patience.WaitForAsync(() => group.Loops[index] != dead && dead.IsClosed, "the new loop");
        await Patience.WaitForAsync(() => server.ConnectionCount == 8 - Count(served, dead), "the end of its connections");
        Assert.IsType<ProactorEventLoop>(group.Loops[index]);
        await clients.ConnectAsync(endPoint, 32);
        Assert.Equal([endPoint], server.EndPoints);
        Assert.Equal(40, server.AcceptedCount);
        Assert.InRange(Count(served, group.Loops[index]), 1, 32);
    });

    [Fact(DisplayName = "PR-07 A server over a Unix socket goes on when the loop that accepts fails again and again")]
    public Task UnixServer_LoopFails_GoesOn() => NothingLeftAsync(async () =>
    {
        using var folder = new TemporaryFolder();
        string path = folder.NewPath();
        List<Echo> served = [];
        await using EventLoopGroup group = NewGroup();
        Server server = await group.CreateUnixServerAsync(() => Echo.AddTo(served), path);
        using var clients = new Clients();
        for (int round = 1; round <= 3; round++)
        {
            EventLoop dead = group.Loops[0];
            dead.Actor.Kill();
            await Patience.WaitForAsync(() => group.Loops[0] != dead && dead.IsClosed, "the new loop");
            await clients.ConnectAsync(new UnixDomainSocketEndPoint(path), 4);
            Assert.Equal(4 * round, server.AcceptedCount);
        }
    });

    private static EventLoopGroup NewGroup() => new(2, new EventLoopGroupOptions
    {
        Loop = new EventLoopOptions { Kind = EventLoopKind.Proactor, ExceptionHandler = (_, _) => { } },
    });

    private static int Count(List<Echo> served, EventLoop loop)
    {
        lock (served)
        {
            return served.Count(echo => echo.Loop == loop);
        }
    }

    private static async Task NothingLeftAsync(Func<Task> body)
    {
        await body().WaitAsync(Patience.Bound, Token);
        DescriptorCensus before = DescriptorCensus.Take();
        await body().WaitAsync(Patience.Bound, Token);
        before.WaitUntilNothingNew();
    }

    private sealed class Echo : Protocol
    {
        private ITransport? _transport;

        public EventLoop? Loop => _transport?.Loop;

        public static Echo AddTo(List<Echo> served)
        {
            var echo = new Echo();
            lock (served)
            {
                served.Add(echo);
            }

            return echo;
        }

        public override void ConnectionMade(ITransport transport) => _transport = transport;

        public override void DataReceived(ReadOnlySpan<byte> data) => _transport!.Write(data);
    }

    /// <summary>Clients that stay, each of which was answered.</summary>
    private sealed class Clients : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public async Task ConnectAsync(EndPoint target, int count)
        {
            for (int i = 0; i < count; i++)
            {
                var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
                _sockets.Add(socket);
                await socket.ConnectAsync(target, Token);
                await socket.SendAsync(new byte[1], Token);
                Assert.Equal(1, await socket.ReceiveAsync(new byte[1], Token));
            }
        }

        public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
    }
}
