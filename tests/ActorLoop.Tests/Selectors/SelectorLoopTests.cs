using System.Net;
using System.Net.Sockets;
using ActorLoop.Selectors;
using Xunit;

namespace ActorLoop.Tests.Selectors;

/// <summary>A whole loop on each selector: what the contract promises must be enough for it.</summary>
public sealed class SelectorLoopTests : IDisposable
{
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(30);

    private SharedSelector? _shared;

    public static TheoryData<string> Kinds => ["epoll", "poll", "select", "shared"];

    public void Dispose() => _shared?.Dispose();

    [Theory(DisplayName = "FD-02 A watched descriptor, a timer and posts of other threads, on every selector")]
    [MemberData(nameof(Kinds))]
    public async Task Loop_WatchesTimesAndIsPosted(string kind)
    {
        const int Posts = 300;
        using var pair = new DescriptorPair();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int reads = 0;
        int posts = 0;
        int ticks = 0;
        using var running = new RunningLoop(new SelectorEventLoop(Create(kind)));
        EventLoop loop = running.Loop;

        void CheckDone()
        {
            if (reads == 3 && posts == Posts && ticks == 5)
            {
                done.TrySetResult();
            }
        }

        void Tick()
        {
            ticks++;
            pair.SendToNear();
            if (ticks < 5)
            {
                loop.CallLater(TimeSpan.FromMicroseconds(700), Tick);
            }

            CheckDone();
        }

        loop.CallSoonThreadSafe(() =>
        {
            loop.AddReader(pair.Near, () =>
            {
                pair.ReceiveAtNear();
                if (++reads == 3)
                {
                    loop.RemoveReader(pair.Near);
                }

                CheckDone();
            });
            loop.CallLater(TimeSpan.FromMicroseconds(100), Tick);
        });
        for (int i = 0; i < Posts; i++)
        {
            loop.CallSoonThreadSafe(() =>
            {
                posts++;
                CheckDone();
            });
        }

        await done.Task.WaitAsync(_bound);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Loop_EchoesLargeTransfersOfSeveralClients(string kind)
    {
        const int Clients = 4;
        using var running = new RunningLoop(new SelectorEventLoop(Create(kind)));
        EventLoop loop = running.Loop;
        var started = new TaskCompletionSource<Task<Server>>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.CallSoonThreadSafe(() => started.SetResult(loop.CreateServerAsync(() => new Echo(), "127.0.0.1", 0)));
        Server server = await (await started.Task.WaitAsync(_bound)).WaitAsync(_bound);

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => EchoOnceAsync(server.EndPoints[0], 300_000 + i)))
            .WaitAsync(_bound);

        loop.CallSoonThreadSafe(server.Close);
        await server.WaitClosedAsync().WaitAsync(_bound);
    }

    private static async Task EchoOnceAsync(EndPoint server, int size)
    {
        byte[] sent = new byte[size];
        new Random(size).NextBytes(sent);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server);
        await using var stream = new NetworkStream(socket);
        Task sending = stream.WriteAsync(sent).AsTask();
        byte[] received = new byte[size];
        await stream.ReadExactlyAsync(received);
        await sending;
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        Assert.Equal(sent, received);
    }

    private Selector Create(string kind)
    {
        switch (kind)
        {
            case "epoll":
                return new EpollSelector();
            case "poll":
                return new PollSelector();
            case "select":
                return new SelectSelector();
            default:
                _shared = new SharedSelector(new EpollSelector());
                return _shared.CreatePort();
        }
    }

    private sealed class Echo : Protocol
    {
        private ITransport? _transport;

        public override void ConnectionMade(ITransport transport) => _transport = transport;

        public override void DataReceived(ReadOnlySpan<byte> data) => _transport!.Write(data);
    }

    private sealed class RunningLoop : IDisposable
    {
        private readonly Thread _thread;

        public RunningLoop(EventLoop loop)
        {
            Loop = loop;
            _thread = new Thread(loop.RunForever) { IsBackground = true };
            _thread.Start();
        }

        public EventLoop Loop { get; }

        public void Dispose()
        {
            Loop.CallSoonThreadSafe(Loop.Stop);
            Assert.True(_thread.Join(_bound));
            Loop.Close();
        }
    }
}
