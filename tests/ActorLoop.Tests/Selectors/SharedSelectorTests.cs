using ActorLoop.Selectors;
using Xunit;

namespace ActorLoop.Tests.Selectors;

public sealed class SharedSelectorTests
{
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Kinds => ["epoll", "poll", "select"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ports_GetTheirOwnDescriptorsOnly(string kind)
    {
        using var shared = new SharedSelector(Create(kind));
        using var first = new DescriptorPair();
        using var second = new DescriptorPair();
        using Selector one = shared.CreatePort();
        using Selector two = shared.CreatePort();
        one.Register(first.Near, SelectorEvents.Read, 1);
        two.Register(second.Near, SelectorEvents.Read, 1);
        second.SendToNear();
        var ready = new SelectorEvent[4];

        Assert.Equal(1, two.Select(ready, _bound));
        Assert.Equal(0, one.Select(ready, TimeSpan.FromMilliseconds(5)));
        Assert.Throws<ArgumentException>("descriptor", () => one.Unregister(second.Near));
        Assert.Throws<ArgumentException>("descriptor", () => one.Register(second.Near, SelectorEvents.Read, 1));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void DisposedPort_GivesItsDescriptorsBack(string kind)
    {
        using var shared = new SharedSelector(Create(kind));
        using var pair = new DescriptorPair();
        pair.SendToNear();
        using Selector heir = shared.CreatePort();
        using (Selector former = shared.CreatePort())
        {
            former.Register(pair.Near, SelectorEvents.Read, 1);
        }

        heir.Register(pair.Near, SelectorEvents.Read, 2);
        var ready = new SelectorEvent[4];
        Assert.Equal(1, heir.Select(ready, _bound));
        Assert.Equal(2, ready[0].Token);
    }

    [Fact]
    public void ReadyDescriptor_OfABusyLoop_LeavesTheSharedThreadAsleep()
    {
        var inner = new CountingSelector();
        using var shared = new SharedSelector(inner);
        using var pair = new DescriptorPair();
        using Selector busy = shared.CreatePort();
        using Selector idle = shared.CreatePort();
        var ready = new SelectorEvent[4];
        pair.SendToNear();
        pair.CloseFar();
        busy.Register(pair.Near, SelectorEvents.Read, 1);
        Assert.Equal(1, busy.Select(ready, _bound));

        Assert.Equal(0, idle.Select(ready, TimeSpan.FromMilliseconds(20)));
        Assert.InRange(inner.Waits, 1, 5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FailingSelector_FailsEveryPort(bool whileWaiting)
    {
        var inner = new CountingSelector();
        using var shared = new SharedSelector(inner);
        using Selector port = shared.CreatePort();
        using var pair = new DescriptorPair();
        var entered = new ManualResetEventSlim();
        Task<IOException> waiting = Task.Run(() =>
        {
            entered.Set();
            return Assert.Throws<IOException>(() => port.Select(new SelectorEvent[1], Timeout.InfiniteTimeSpan));
        });
        if (whileWaiting)
        {
            entered.Wait();
        }

        inner.Break();

        IOException error = await waiting.WaitAsync(_bound);
        Assert.IsType<NotSupportedException>(error.InnerException);
        Assert.Throws<IOException>(() => port.Register(pair.Near, SelectorEvents.Read, 1));
        using Selector late = shared.CreatePort();
        Assert.Throws<IOException>(() => late.Select(new SelectorEvent[1], Timeout.InfiniteTimeSpan));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Dispose_EndsTheWaitsOfItsPorts(string kind)
    {
        var shared = new SharedSelector(Create(kind));
        using Selector port = shared.CreatePort();
        using var pair = new DescriptorPair();
        port.Register(pair.Near, SelectorEvents.Read, 1);
        Task waiting = Task.Run(() => Assert.Throws<ObjectDisposedException>(
            () => port.Select(new SelectorEvent[1], Timeout.InfiniteTimeSpan)));
        shared.Dispose();
        shared.Dispose();

        await waiting.WaitAsync(_bound);
        Assert.Throws<ObjectDisposedException>(() => port.Modify(pair.Near, SelectorEvents.Write, 1));
        Assert.Throws<ObjectDisposedException>(() => shared.CreatePort());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ManyLoops_ChangingAndWaiting_LoseNothing(string kind)
    {
        const int Loops = 4;
        const int Rounds = 200;
        using var shared = new SharedSelector(Create(kind));
        Task[] loops = [.. Enumerable.Range(0, Loops).Select(_ => Task.Run(() => RunLoop(shared, Rounds)))];

        await Task.WhenAll(loops).WaitAsync(_bound);
    }

    private static void RunLoop(SharedSelector shared, int rounds)
    {
        using Selector port = shared.CreatePort();
        using var pair = new DescriptorPair();
        var ready = new SelectorEvent[4];
        for (int round = 0; round < rounds; round++)
        {
            port.Register(pair.Near, SelectorEvents.Write, -1);
            pair.SendToNear();
            port.Modify(pair.Near, SelectorEvents.Read, round);
            Assert.Equal(1, port.Select(ready, _bound));
            Assert.Equal(new SelectorEvent(round, SelectorEvents.Read), ready[0]);
            pair.ReceiveAtNear();
            port.Unregister(pair.Near);
        }
    }

    private static Selector Create(string kind) => kind switch
    {
        "epoll" => new EpollSelector(),
        "poll" => new PollSelector(),
        _ => new SelectSelector(),
    };

    /// <summary>A selector of a kind the shared one does not know, which can be made to fail.</summary>
    private sealed class CountingSelector : Selector
    {
        private readonly PollSelector _inner = new();
        private volatile bool _broken;
        private int _waits;

        public int Waits => Volatile.Read(ref _waits);

        public void Break()
        {
            _broken = true;
            _inner.Wake();
        }

        public override void Register(nint descriptor, SelectorEvents events, long token) =>
            _inner.Register(descriptor, events, token);

        public override void Modify(nint descriptor, SelectorEvents events, long token) =>
            _inner.Modify(descriptor, events, token);

        public override void Unregister(nint descriptor) => _inner.Unregister(descriptor);

        public override int Select(Span<SelectorEvent> ready, TimeSpan timeout)
        {
            Interlocked.Increment(ref _waits);
            int count = _inner.Select(ready, timeout);
            return _broken ? throw new NotSupportedException("broken") : count;
        }

        public override void Wake() => _inner.Wake();

        protected override void Dispose(bool disposing) => _inner.Dispose();
    }
}
