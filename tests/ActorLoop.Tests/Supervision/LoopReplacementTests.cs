using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Supervision;

/// <summary>Groups whose loops fail.</summary>
[Collection(Census.Name)]
public sealed class LoopReplacementTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "F33 A loop that fails is replaced, and its servers come back on the same sockets")]
    [InlineData(ConnectionPlacement.LeastLoaded, 0, false)]
    [InlineData(ConnectionPlacement.LeastLoaded, 1, false)]
    [InlineData(ConnectionPlacement.ReusePort, 0, false)]
    [InlineData(ConnectionPlacement.ReusePort, 1, false)]
    [InlineData(ConnectionPlacement.LeastLoaded, 0, true)]
    [InlineData(ConnectionPlacement.LeastLoaded, 1, true)]
    [InlineData(ConnectionPlacement.ReusePort, 0, true)]
    public Task Loop_Fails_IsReplaced(ConnectionPlacement placement, int index, bool completions) => NothingLeftAsync(async () =>
    {
        var world = new World();
        await using EventLoopGroup group = world.CreateGroup(2, options => options with
        {
            LoopFactory = completions ? loop => new ProactorEventLoop(loop) : null,
        });
        Server server = await world.ServeAsync(group, placement);
        EndPoint endPoint = server.EndPoints[0];
        await world.ConnectAsync(endPoint, 8);
        EventLoop dead = group.Loops[index];
        ActorRef actor = dead.Actor;
        int lost = world.Count(dead);
        Assert.True(placement != ConnectionPlacement.LeastLoaded || lost == 4);
        dead.Actor.Kill();
        await Patience.WaitForAsync(() => group.Loops[index] != dead, "the new loop");
        EventLoop fresh = group.Loops[index];
        Assert.Equal(dead.Name, fresh.Name);
        await actor.WaitTerminatedAsync(Token).WaitAsync(Patience.Bound, Token);
        Assert.True(dead.IsClosed);
        await Patience.WaitForAsync(() => world.LostCount == lost, "the connections of the dead loop");
        Assert.All(world.Protocols.Where(protocol => protocol.Loop == dead), protocol =>
        {
            Assert.IsType<LoopClosedException>(Assert.Single(protocol.Ends));
        });
        Assert.Equal([endPoint], server.EndPoints);
        await world.ConnectAsync(endPoint, 8);
        Assert.Contains(world.Protocols, protocol => protocol.Loop == fresh);
        Assert.True(server.IsServing);
        Assert.Equal(16, server.AcceptedCount);
        Assert.False(server.Actor.IsTerminated);
        Assert.Equal(["Failed Restart", "Restarted"], world.Events);
        Assert.Contains(world.Errors.All, error => error.Message.Contains("Restart", StringComparison.Ordinal));
        await group.StopAsync(TimeSpan.FromSeconds(30)).WaitAsync(Patience.Bound, Token);
        Assert.True(server.Actor.IsTerminated);
        Assert.All(world.Protocols, protocol => Assert.Single(protocol.Ends));
        world.Dispose();
    });

    [Fact]
    public Task Loop_OfASelectorThatBreaks_IsReplaced() => NothingLeftAsync(async () =>
    {
        var world = new World();
        var selectors = new List<BreakableSelector>();
        await using EventLoopGroup group = world.CreateGroup(2, options => options with
        {
            LoopFactory = loop =>
            {
                selectors.Add(new BreakableSelector(Selector.CreateDefault()));
                return new SelectorEventLoop(selectors[^1], loop);
            },
        });
        Server server = await world.ServeAsync(group, ConnectionPlacement.LeastLoaded);
        await world.ConnectAsync(server.EndPoints[0], 4);
        EventLoop dead = group.Loops[0];
        selectors[0].Break();
        await Patience.WaitForAsync(() => group.Loops[0] != dead, "the new loop");
        await Patience.WaitForAsync(() => world.LostCount == 2 && dead.IsClosed, "the connections of the dead loop");
        Assert.Equal(3, selectors.Count);
        await world.ConnectAsync(server.EndPoints[0], 4);
        await group.StopAsync(TimeSpan.FromSeconds(30)).WaitAsync(Patience.Bound, Token);
        Assert.All(world.Protocols, protocol => Assert.Single(protocol.Ends));
        world.Dispose();
    });

    [Fact]
    public Task Actors_OfALoopThatFails_End() => NothingLeftAsync(async () =>
    {
        var world = new World();
        await using EventLoopGroup group = world.CreateGroup(2);
        ActorRef<int> actor = group.Loops[0].Spawn(() => new Idle());
        var watcher = new Watching(actor);
        _ = group.Loops[1].Spawn(() => watcher);
        await Patience.WaitForAsync(() => watcher.IsWatching, "the watch");
        group.Loops[0].Post(() => throw new FatalLoopException("mine"));
        Terminated notice = await watcher.Notice.Task.WaitAsync(Patience.Bound, Token);
        Assert.True(notice.AddressTerminated);
        Assert.True(actor.IsTerminated);
        Assert.Equal(TellResult.Dead, actor.TryTell(1));
        world.Dispose();
    });

    [Theory]
    [InlineData(ConnectionPlacement.LeastLoaded)]
    [InlineData(ConnectionPlacement.ReusePort)]
    public Task Loop_FailsWithStop_LeavesItsSocketsToTheOthers(ConnectionPlacement placement) => NothingLeftAsync(async () =>
    {
        var world = new World();
        await using EventLoopGroup group = world.CreateGroup(
            2, options => options with { LoopStrategy = SupervisorStrategy.Stopping });
        Server server = await world.ServeAsync(group, placement);
        EndPoint endPoint = server.EndPoints[0];
        group.Loops[0].Actor.Kill();
        await Patience.WaitForAsync(() => group.Loops[0].IsClosed && server.EndPoints.Count > 0, "the end of the loop");
        await world.ConnectAsync(endPoint, 16);
        Assert.All(world.Protocols, protocol => Assert.Same(group.Loops[1], protocol.Loop));
        Assert.Same(group.Loops[1], group.Next());
        Assert.Same(group.Loops[1], group.Next());
        Server second = await world.ServeAsync(group, placement);
        await world.ConnectAsync(second.EndPoints[0], 4);
        await group.StopAsync(TimeSpan.FromSeconds(30)).WaitAsync(Patience.Bound, Token);
        Assert.True(group.Completion.IsCompletedSuccessfully);
        world.Dispose();
    });

    [Theory(DisplayName = "F33 A restart storm of loops ends with the budget")]
    [InlineData(OnExhausted.Stop)]
    [InlineData(OnExhausted.Escalate)]
    public Task Loop_FailsAgainAndAgain_IsGivenUp(OnExhausted exhausted) => NothingLeftAsync(async () =>
    {
        var world = new World();
        int made = 0;
        await using EventLoopGroup group = world.CreateGroup(2, options => options with
        {
            LoopStrategy = new OneForOneStrategy
            {
                Decider = Decider.From(Directive.Restart),
                MaxRetries = 3,
                Window = TimeSpan.FromMinutes(1),
                OnExhausted = exhausted,
            },
            LoopFactory = loop =>
            {
                Interlocked.Increment(ref made);
                EventLoop created = new SelectorEventLoop(options: loop);
                if (loop.Name == "edge/loop-0")
                {
                    created.Post(() => throw new FatalLoopException("again"));
                }

                return created;
            },
        });
        await Patience.WaitForAsync(() => group.Loops[0].IsClosed && Volatile.Read(ref made) == 5, "the end of the storm");
        if (exhausted == OnExhausted.Stop)
        {
            Server server = await world.ServeAsync(group, ConnectionPlacement.LeastLoaded);
            await world.ConnectAsync(server.EndPoints[0], 4);
            Assert.False(group.Completion.IsCompleted);
        }
        else
        {
            FatalLoopException why = await Assert.ThrowsAsync<FatalLoopException>(
                () => group.Completion.WaitAsync(Patience.Bound, Token));
            Assert.Equal("again", why.Message);
            Assert.Equal("again", group.Shutdown.Reason!.Description);
            Assert.True(group.Loops[1].IsClosed);
        }

        await group.StopAsync(TimeSpan.Zero).WaitAsync(Patience.Bound, Token);
        Assert.Equal(5, made);
        world.Dispose();
    });

    [Fact]
    public Task LastLoop_IsLost_EndsTheGroup() => NothingLeftAsync(async () =>
    {
        var world = new World();
        await using EventLoopGroup group = world.CreateGroup(1, options => options with { LoopStrategy = SupervisorStrategy.Stopping });
        Server server = await world.ServeAsync(group, ConnectionPlacement.LeastLoaded);
        group.Loops[0].Actor.Kill();
        await Assert.ThrowsAsync<FatalLoopException>(() => group.Completion.WaitAsync(Patience.Bound, Token));
        await server.WaitClosedAsync(Token).WaitAsync(Patience.Bound, Token);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => world.ServeAsync(group, ConnectionPlacement.LeastLoaded));
        world.Dispose();
    });

    [Fact(DisplayName = "F34 A decider of loops that throws ends the group")]
    public Task LoopDecider_Throws_EndsTheGroup() => NothingLeftAsync(async () =>
    {
        var world = new World();
        await using EventLoopGroup group = world.CreateGroup(2, options => options with
        {
            LoopStrategy = new OneForOneStrategy { Decider = Decider.From(_ => throw new NotSupportedException("decider")) },
        });
        group.Loops[0].Actor.Kill();
        await Assert.ThrowsAsync<FatalLoopException>(() => group.Completion.WaitAsync(Patience.Bound, Token));
        Assert.Contains("decider", world.Errors.Messages);
        world.Dispose();
    });

    [Fact]
    public Task NoNewLoop_CanBeMade_GoesOnWithTheOthers() => NothingLeftAsync(async () =>
    {
        var world = new World();
        int made = 0;
        await using EventLoopGroup group = world.CreateGroup(2, options => options with
        {
            LoopFactory = loop => Interlocked.Increment(ref made) > 2
                ? throw new IOException("no descriptors")
                : new SelectorEventLoop(options: loop),
        });
        Server server = await world.ServeAsync(group, ConnectionPlacement.LeastLoaded);
        EndPoint endPoint = server.EndPoints[0];
        group.Loops[0].Actor.Kill();
        await Patience.WaitForAsync(() => group.Loops[0].IsClosed && server.EndPoints.Count > 0, "the end of the loop");
        await world.ConnectAsync(endPoint, 4);
        Assert.Contains("no descriptors", world.Errors.Messages);
        world.Dispose();
    });

    [Fact]
    public Task Server_ClosedWhileLoopsAreReplaced_StaysClosed() => NothingLeftAsync(async () =>
    {
        for (int i = 0; i < 20; i++)
        {
            var world = new World();
            await using EventLoopGroup group = world.CreateGroup(2);
            Server server = await world.ServeAsync(group, (ConnectionPlacement)(i % 2));
            EndPoint endPoint = server.EndPoints[0];
            group.Loops[i / 2 % 2].Actor.Kill();
            server.Close();
            await server.WaitClosedAsync(Token).WaitAsync(Patience.Bound, Token);
            Assert.Empty(server.EndPoints);
            Assert.Throws<SocketException>(() => RawPeer.Connect(endPoint).Dispose());
            world.Dispose();
        }
    });

    [Fact]
    public Task Group_StoppedWhileLoopsAreReplaced_Stops() => NothingLeftAsync(async () =>
    {
        for (int i = 0; i < 20; i++)
        {
            var world = new World();
            await using EventLoopGroup group = world.CreateGroup(2);
            Server server = await world.ServeAsync(group, (ConnectionPlacement)(i % 2));
            await world.ConnectAsync(server.EndPoints[0], 2);
            group.Loops[0].Actor.Kill();
            group.Loops[1].Actor.Kill();
            await group.StopAsync(TimeSpan.FromSeconds(30)).WaitAsync(Patience.Bound, Token);
            Assert.All(group.Loops, loop => Assert.True(loop.IsClosed));
            Assert.All(world.Protocols, protocol => Assert.Single(protocol.Ends));
            Assert.True(server.Actor.IsTerminated);
            world.Dispose();
        }
    });

    private static async Task NothingLeftAsync(Func<Task> body)
    {
        await body();
        DescriptorCensus before = DescriptorCensus.Take();
        await body();
        before.WaitUntilNothingNew();
    }

    private sealed class Idle : Actor<int>;

    private sealed class Watching(ActorRef target) : Actor<int>
    {
        public volatile bool IsWatching;

        public TaskCompletionSource<Terminated> Notice { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void PreStart()
        {
            Context.Watch(target);
            IsWatching = true;
        }

        protected override void OnTerminated(Terminated notice) => Notice.TrySetResult(notice);
    }

    /// <summary>Fails from a moment on, whatever it is asked.</summary>
    private sealed class BreakableSelector(Selector inner) : Selector
    {
        private volatile bool _broken;

        public void Break()
        {
            _broken = true;
            inner.Wake();
        }

        public override void Register(nint descriptor, SelectorEvents events, long token)
        {
            ThrowIfBroken();
            inner.Register(descriptor, events, token);
        }

        public override void Modify(nint descriptor, SelectorEvents events, long token)
        {
            ThrowIfBroken();
            inner.Modify(descriptor, events, token);
        }

        public override void Unregister(nint descriptor)
        {
            ThrowIfBroken();
            inner.Unregister(descriptor);
        }

        public override int Select(Span<SelectorEvent> ready, TimeSpan timeout)
        {
            ThrowIfBroken();
            int count = inner.Select(ready, timeout);
            ThrowIfBroken();
            return count;
        }

        public override void Wake() => inner.Wake();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }
        }

        private void ThrowIfBroken()
        {
            if (_broken)
            {
                throw new IOException("The selector is broken.");
            }
        }
    }

    /// <summary>A group with its clients, and everything that was heard of it.</summary>
    private sealed class World : IDisposable, ISupervisionEvents
    {
        private readonly List<RawPeer> _peers = [];
        private readonly List<Echo> _protocols = [];
        private readonly List<string> _events = [];

        public RecordedErrors Errors { get; } = new();

        public Echo[] Protocols
        {
            get
            {
                lock (_protocols)
                {
                    return [.. _protocols];
                }
            }
        }

        public string[] Events
        {
            get
            {
                lock (_events)
                {
                    return [.. _events];
                }
            }
        }

        public int LostCount => Protocols.Sum(protocol => protocol.Ends.Length);

        public EventLoopGroup CreateGroup(int loops, Func<EventLoopGroupOptions, EventLoopGroupOptions>? change = null)
        {
            var options = new EventLoopGroupOptions
            {
                Name = "edge",
                Loop = new EventLoopOptions { ExceptionHandler = Errors.Handle, SupervisionEvents = this },
            };
            return new EventLoopGroup(loops, change is null ? options : change(options));
        }

        public Task<Server> ServeAsync(EventLoopGroup group, ConnectionPlacement placement) =>
            group.CreateServerAsync(MakeProtocol, "127.0.0.1", 0, placement: placement);

        /// <summary>Connects clients that stay, and waits until each was answered.</summary>
        public async Task ConnectAsync(EndPoint target, int count)
        {
            for (int i = 0; i < count; i++)
            {
                var peer = RawPeer.Connect(target);
                _peers.Add(peer);
                await peer.SendAsync(new byte[1]);
                await peer.ReceiveAsync(1).WaitAsync(Patience.Bound);
            }
        }

        public int Count(EventLoop loop) => Protocols.Count(protocol => protocol.Loop == loop);

        public void Dispose() => _peers.ForEach(peer => peer.Dispose());

        void ISupervisionEvents.Failed(ActorRef actor, Exception cause, Directive decision) => Add($"Failed {decision}");

        void ISupervisionEvents.Restarted(ActorRef actor, Exception? cause) => Add("Restarted");

        private void Add(string text)
        {
            lock (_events)
            {
                _events.Add(text);
            }
        }

        private Echo MakeProtocol()
        {
            var protocol = new Echo();
            lock (_protocols)
            {
                _protocols.Add(protocol);
            }

            return protocol;
        }
    }

    private sealed class Echo : Protocol
    {
        private readonly List<Exception?> _ends = [];
        private ITransport? _transport;

        public EventLoop? Loop => _transport?.Loop;

        public Exception?[] Ends
        {
            get
            {
                lock (_ends)
                {
                    return [.. _ends];
                }
            }
        }

        public override void ConnectionMade(ITransport transport) => _transport = transport;

        public override void DataReceived(ReadOnlySpan<byte> data) => _transport!.Write(data);

        public override void ConnectionLost(Exception? exception)
        {
            lock (_ends)
            {
                _ends.Add(exception);
            }
        }
    }
}
