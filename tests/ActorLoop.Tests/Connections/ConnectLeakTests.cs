using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using ActorLoop.Tests.Names;
using Xunit;

namespace ActorLoop.Tests.Connections;

// If this fails, a client that gives up on servers which do not answer runs out of descriptors.
[Collection(Census.Name)]
public sealed class ConnectLeakTests : LoopTest
{
    private readonly ScriptedResolver _resolver = new();

    [Theory(DisplayName = "CC-11 A thousand connects that hang are canceled and leave nothing open")]
    [InlineData(false)]
    [InlineData(true)]
    public void Cancel_OfAThousandConnects_LeavesNothing(bool race) => DescriptorCensus.NothingLeftBy(() => Run(async () =>
    {
        using var hole = new BlackHole();
        using var other = new BlackHole();
        _resolver.Answer("hole.test", hole.EndPoint, other.EndPoint);
        var options = new ConnectionOptions { HappyEyeballsDelay = race ? TimeSpan.Zero : null };
        using var cancellation = new CancellationTokenSource();
        Task[] connects =
        [
            .. Enumerable.Range(0, 1000).Select(
                _ => Loop.CreateConnectionAsync(Recorder, "hole.test", "service", options, cancellation.Token)),
        ];
        await TurnsAsync();
        Assert.Equal(race ? 2000 : 1000, Loop.Statistics.Descriptors);
        Cancel(cancellation);
        Assert.Equal(0, Loop.Statistics.Descriptors);
        foreach (Task connect in connects)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        }
    }));

    [Theory(DisplayName = "CC-11 Canceling after any number of turns, on any thread, leaves nothing open")]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Cancel_AfterAnyTurn_LeavesNothing(bool race, bool elsewhere) => DescriptorCensus.NothingLeftBy(() => Run(async () =>
    {
        using var hole = new BlackHole();
        using var host = new TestHost();
        host.Refusing().Listening("127.0.0.2");
        IPEndPoint[] targets = race
            ? [host.EndPoints[0], hole.EndPoint, host.EndPoints[1]]
            : [host.EndPoints[0], host.EndPoints[0], host.EndPoints[1]];
        var options = new ConnectionOptions { HappyEyeballsDelay = race ? TimeSpan.FromMilliseconds(1) : null };
        int canceled = 0;
        for (int turns = 0; turns < 16; turns++)
        {
            using var cancellation = new CancellationTokenSource();
            var lookup = new TaskCompletionSource();
            _resolver.AnswerAfter("host.test", lookup.Task, targets);
            RecordingProtocol protocol = Recorder();
            Task connect = Loop.CreateConnectionAsync(() => protocol, "host.test", "service", options, cancellation.Token);
            await TurnsAsync(turns / 2);
            lookup.SetResult();
            await TurnsAsync(turns);
            if (elsewhere)
            {
                await Task.Run(() => Cancel(cancellation));
            }
            else
            {
                Cancel(cancellation);
            }

            try
            {
                await connect;
                protocol.Record.Transport.Abort();
            }
            catch (OperationCanceledException)
            {
                canceled++;
            }

            if (protocol.Record.Made.IsCompleted)
            {
                await protocol.Record.Lost;
            }

            Assert.Equal(0, Loop.Statistics.Descriptors);
        }

        Assert.NotEqual(0, canceled);
    }));

    [Fact(DisplayName = "CC-11 Canceling in the factory or in ConnectionMade leaves nothing open")]
    public void Cancel_InCallbacks_LeavesNothing() => DescriptorCensus.NothingLeftBy(() => Run(async () =>
    {
        using TestHost host = new TestHost().Listening();
        foreach (bool inFactory in new[] { true, false })
        {
            using var cancellation = new CancellationTokenSource();
            RecordingProtocol protocol = Recorder();
            protocol.Record.OnMade = _ => Cancel(cancellation);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Loop.CreateConnectionAsync(
                () =>
                {
                    if (inFactory)
                    {
                        Cancel(cancellation);
                    }

                    return protocol;
                },
                "127.0.0.1",
                host.EndPoints[0].Port,
                null,
                cancellation.Token));
            Assert.Equal(!inFactory, protocol.Record.Made.IsCompleted);
            if (!inFactory)
            {
                Assert.Null(await protocol.Record.Lost);
            }
        }
    }));

    [Fact(DisplayName = "CC-10 CC-15 Failures of any kind leave nothing open: refused, no local address, a factory that throws")]
    public void Fail_InAnyWay_LeavesNothing() => DescriptorCensus.NothingLeftBy(() => Run(async () =>
    {
        using TestHost host = new TestHost().Refusing().Refusing("127.0.0.2").Listening("127.0.0.3");
        _resolver.Answer("dead.test", host.EndPoints[0], host.EndPoints[1]);
        _resolver.Answer("live.test", host.EndPoints[1], host.EndPoints[2]);
        for (int i = 0; i < 50; i++)
        {
            var race = new ConnectionOptions { HappyEyeballsDelay = TimeSpan.Zero, AllErrors = true };
            await Assert.ThrowsAnyAsync<Exception>(() => Loop.CreateConnectionAsync(Recorder, "dead.test", "service", race));
            var local = new ConnectionOptions { LocalEndPoint = IPEndPoint.Parse("[::1]:0") };
            await Assert.ThrowsAnyAsync<Exception>(() => Loop.CreateConnectionAsync(Recorder, "live.test", "service", local));
            await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Loop.CreateConnectionAsync<RecordingProtocol>(
                () => throw new InvalidTimeZoneException(), "live.test", "service"));
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => Loop.CreateConnectionAsync<RecordingProtocol>(() => null!, "live.test", "service"));
        }
    }));

    [Fact(DisplayName = "CC-11 DN-06 A loop that closes leaves nothing open, wherever its connects are")]
    public void Close_DuringConnects_LeavesNothing() => DescriptorCensus.NothingLeftBy(() =>
    {
        using var hole = new BlackHole();
        using TestHost host = new TestHost().Listening();
        _resolver.Answer("hole.test", hole.EndPoint, hole.EndPoint);
        _resolver.Answer("live.test", host.EndPoints[0]);
        _resolver.Hang("slow.test");
        for (int turns = 0; turns < 8; turns++)
        {
            using var test = new TestLoop(CreateLoop);
            List<Task> connects = [];
            test.Loop.Post(() => connects.AddRange(
                from name in (string[])["hole.test", "live.test", "slow.test"]
                select test.Loop.CreateConnectionAsync(() => new RecordingProtocol(), name, "service")));
            test.RunTurns(turns + 1);
            test.Loop.Close();
            Assert.All(connects, connect => Assert.True(connect.IsCompleted));
        }
    });

    [Fact(DisplayName = "UX-01 CC-11 The loop closes under an attempt that waits for a full queue: it fails, and nothing stays open")]
    public void Close_WhileAUnixSocketWaits_FailsAndLeavesNothing() => DescriptorCensus.NothingLeftBy(() =>
    {
        using var folder = new TemporaryFolder();
        var path = new UnixDomainSocketEndPoint(folder.NewPath());
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(path);
        listener.Listen(0);
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Connect(path);
        using var test = new TestLoop(CreateLoop);
        Task? waiting = null;
        test.Loop.Post(() => waiting = test.Loop.CreateUnixConnectionAsync(() => new RecordingProtocol(), path.ToString()));
        test.RunTurns(2);
        Assert.False(waiting!.IsCompleted);
        test.Loop.Close();
        Assert.IsType<LoopClosedException>(Assert.Single(waiting.Exception!.InnerExceptions));
    });

    [Fact(DisplayName = "CC-11 A client that canceled leaves the server with a connection that ends")]
    public void Cancel_AfterTheSystemConnected_EndsAtTheServerToo() => Run(async () =>
    {
        using TestHost host = new TestHost().Listening();
        using var cancellation = new CancellationTokenSource();
        Task connect = Loop.CreateConnectionAsync(Recorder, "127.0.0.1", host.EndPoints[0].Port, null, cancellation.Token);
        Cancel(cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        using Socket accepted = await host.AcceptAsync(0);
        Assert.Equal(0, await accepted.ReceiveAsync(new byte[1]));
    });

    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        new SelectorEventLoop(options: options with { NameResolver = _resolver });

    // Not CancelAsync: what is canceled on the loop's thread is gone when the call returns.
    private static void Cancel(CancellationTokenSource cancellation) => cancellation.Cancel();
}
