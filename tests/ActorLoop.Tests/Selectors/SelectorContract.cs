using System.Diagnostics;
using Xunit;

namespace ActorLoop.Tests.Selectors;

/// <summary>What every selector promises. Derived classes say which one is meant.</summary>
public abstract class SelectorContract : IDisposable
{
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(30);

    private readonly List<DescriptorPair> _pairs = [];
    private readonly Lazy<Selector> _selector;

    protected SelectorContract()
    {
        _selector = new Lazy<Selector>(Create);
    }

    /// <summary>Whether it hears of a hang-up that nobody asked for.</summary>
    protected virtual bool ReportsHangUp => true;

    /// <summary>How long a selector may take to notice what is already so. Zero: it asks the system itself.</summary>
    protected virtual TimeSpan Moment => TimeSpan.Zero;

    private Selector Selector => _selector.Value;

    public void Dispose()
    {
        if (_selector.IsValueCreated)
        {
            _selector.Value.Dispose();
        }

        foreach (DescriptorPair pair in _pairs)
        {
            pair.Dispose();
        }

        DisposeMore();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "FD-02 Readiness is reported by every call for as long as it lasts")]
    public void Select_WhileReadable_ReportsEveryTime()
    {
        DescriptorPair pair = NewPair();
        Selector.Register(pair.Near, SelectorEvents.Read, 7);
        AssertNothingReady();

        pair.SendToNear();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(new SelectorEvent(7, SelectorEvents.Read), SelectOne());
        }

        pair.ReceiveAtNear();
        AssertNothingReady();
    }

    [Fact]
    public void Select_ReadableAndWritable_ReportsBothInOneEvent()
    {
        DescriptorPair pair = NewPair();
        pair.SendToNear();
        Selector.Register(pair.Near, SelectorEvents.Read | SelectorEvents.Write, 1);

        Assert.Equal(new SelectorEvent(1, SelectorEvents.Read | SelectorEvents.Write), SelectOne());
    }

    [Fact]
    public void Register_ForNothing_ReportsNoReadiness()
    {
        DescriptorPair pair = NewPair();
        pair.SendToNear();
        Selector.Register(pair.Near, SelectorEvents.None, 1);

        AssertNothingReady();
    }

    [Fact]
    public void Modify_ChangesEventsAndToken()
    {
        DescriptorPair pair = NewPair();
        pair.SendToNear();
        Selector.Register(pair.Near, SelectorEvents.Read, 1);
        Assert.Equal(new SelectorEvent(1, SelectorEvents.Read), SelectOne());

        Selector.Modify(pair.Near, SelectorEvents.Write, 2);
        Assert.Equal(new SelectorEvent(2, SelectorEvents.Write), SelectOne());

        Selector.Modify(pair.Near, SelectorEvents.None, 3);
        AssertNothingReady();

        Selector.Modify(pair.Near, SelectorEvents.Read, -4);
        Assert.Equal(new SelectorEvent(-4, SelectorEvents.Read), SelectOne());
    }

    [Fact]
    public void Unregister_StopsReports_AndTheDescriptorCanComeBack()
    {
        DescriptorPair pair = NewPair();
        pair.SendToNear();
        Selector.Register(pair.Near, SelectorEvents.Read, 1);
        Assert.Equal(1, SelectOne().Token);

        Selector.Unregister(pair.Near);
        AssertNothingReady();

        Selector.Register(pair.Near, SelectorEvents.Read, 2);
        Assert.Equal(2, SelectOne().Token);
    }

    [Fact(DisplayName = "FD-04 A descriptor number that is used again gets nothing of its former owner")]
    public void Unregister_ThenReuseOfTheNumber_NeverMisdelivers()
    {
        DescriptorPair former = NewPair();
        DescriptorPair next = NewPair();
        former.SendToNear();
        Selector.Register(former.Near, SelectorEvents.Read, 1);
        Assert.Equal(1, SelectOne().Token);

        Selector.Unregister(former.Near);
        former.BecomeNearOf(next);
        Selector.Register(former.Near, SelectorEvents.Read, 2);
        AssertNothingReady();

        next.SendToNear();
        Assert.Equal(new SelectorEvent(2, SelectorEvents.Read), SelectOne());
    }

    [Fact]
    public void Register_OverAndOver_ReportsTheLatestTokenOnly()
    {
        DescriptorPair pair = NewPair();
        pair.SendToNear();
        var ready = new SelectorEvent[4];
        for (int token = 0; token < 300; token += 2)
        {
            Selector.Register(pair.Near, SelectorEvents.Read, token);
            if (token % 3 == 0)
            {
                Assert.Equal(token, SelectOne().Token);
            }

            Selector.Modify(pair.Near, SelectorEvents.Read, token + 1);
            int count = Selector.Select(ready, TimeSpan.Zero);
            Assert.All(ready.AsSpan(0, count).ToArray(), seen => Assert.Equal(token + 1, seen.Token));
            Selector.Unregister(pair.Near);
            Assert.Equal(0, Selector.Select(ready, TimeSpan.Zero));
        }
    }

    [Fact]
    public void Select_MoreReadyThanFits_ReportsTheRestNext()
    {
        const int Count = 10;
        for (int i = 0; i < Count; i++)
        {
            DescriptorPair pair = NewPair();
            pair.SendToNear();
            Selector.Register(pair.Near, SelectorEvents.Read, i);
        }

        var seen = new HashSet<long>();
        var ready = new SelectorEvent[3];
        for (int call = 0; call < 4 * Count && seen.Count < Count; call++)
        {
            int count = Selector.Select(ready, _bound);
            Assert.InRange(count, 0, ready.Length);
            seen.UnionWith(ready.Take(count).Select(one => one.Token));
        }

        Assert.Equal(Count, seen.Count);
    }

    [Fact]
    public void Select_ManyDescriptors_KeepsThemApart()
    {
        DescriptorPair[] pairs = [.. Enumerable.Range(0, 200).Select(_ => NewPair())];
        for (int i = 0; i < pairs.Length; i++)
        {
            Selector.Register(pairs[i].Near, SelectorEvents.Read, i);
        }

        for (int i = 0; i < pairs.Length; i += 3)
        {
            Selector.Unregister(pairs[i].Near);
        }

        for (int i = 199; i >= 0; i -= 7)
        {
            pairs[i].SendToNear();
            if (i % 3 != 0)
            {
                Assert.Equal(new SelectorEvent(i, SelectorEvents.Read), SelectOne());
            }

            pairs[i].ReceiveAtNear();
        }
    }

    [Fact]
    public void Select_AfterThePeerClosed_ReportsEndOfStreamAsReadable()
    {
        DescriptorPair pair = NewPair();
        Selector.Register(pair.Near, SelectorEvents.Read, 1);
        pair.CloseFar();

        SelectorEvents events = SelectOne().Events;
        Assert.True(events.HasFlag(SelectorEvents.Read));
        Assert.Equal(ReportsHangUp, events.HasFlag(SelectorEvents.HangUp));
    }

    [Fact]
    public void Register_ForNothing_StillReportsHangUp()
    {
        Assert.SkipUnless(ReportsHangUp, "This selector has no notion of it.");
        DescriptorPair pair = NewPair();
        Selector.Register(pair.Near, SelectorEvents.None, 1);
        pair.CloseFar();

        Assert.Equal(new SelectorEvent(1, SelectorEvents.HangUp), SelectOne());
        Assert.Equal(new SelectorEvent(1, SelectorEvents.HangUp), SelectOne());
    }

    [Fact]
    public void Register_ForNothing_StillReportsErrors()
    {
        using var reset = new ResetConnection();
        Selector.Register(reset.Descriptor, SelectorEvents.None, 5);
        AssertNothingReady();
        reset.Reset();

        SelectorEvent seen = SelectOne();
        Assert.Equal(5, seen.Token);
        Assert.True(seen.Events.HasFlag(SelectorEvents.Error), seen.ToString());
        Selector.Unregister(reset.Descriptor);
    }

    [Theory(DisplayName = "IT-13 A bounded wait is never shorter than asked")]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(999)]
    [InlineData(1_500)]
    [InlineData(10_000)]
    public void Select_Bounded_NeverReturnsEarly(int microseconds)
    {
        DescriptorPair pair = NewPair();
        Selector.Register(pair.Near, SelectorEvents.Read, 1);
        var timeout = TimeSpan.FromMicroseconds(microseconds);
        var ready = new SelectorEvent[4];
        for (int i = 0; i < 5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Assert.Equal(0, Selector.Select(ready, timeout));
            Assert.True(Stopwatch.GetElapsedTime(start) >= timeout);
        }
    }

    [Fact]
    public void Select_VeryLongBound_IsAccepted()
    {
        DescriptorPair pair = NewPair();
        pair.SendToNear();
        Selector.Register(pair.Near, SelectorEvents.Read, 1);
        var ready = new SelectorEvent[1];

        Assert.Equal(1, Selector.Select(ready, TimeSpan.MaxValue));
        Assert.Equal(1, Selector.Select(ready, TimeSpan.FromDays(30)));
    }

    [Fact(DisplayName = "IT-12 A wait without limit lasts until something is ready")]
    public async Task Select_Infinite_LastsUntilReady()
    {
        DescriptorPair pair = NewPair();
        Selector.Register(pair.Near, SelectorEvents.Read, 3);
        var entered = new ManualResetEventSlim();
        Task<SelectorEvent> waiting = Task.Run(() =>
        {
            var ready = new SelectorEvent[4];
            entered.Set();
            Assert.Equal(1, Selector.Select(ready, Timeout.InfiniteTimeSpan));
            return ready[0];
        });
        entered.Wait();
        pair.SendToNear();

        Assert.Equal(new SelectorEvent(3, SelectorEvents.Read), await waiting.WaitAsync(_bound));
    }

    [Fact]
    public void Wake_BeforeSelect_EndsTheNextOne_Once()
    {
        var ready = new SelectorEvent[4];
        for (int i = 0; i < 3; i++)
        {
            Selector.Wake();
            Assert.Equal(0, Selector.Select(ready, Timeout.InfiniteTimeSpan));
            AssertWaitsInFull();
        }
    }

    [Fact]
    public void Wake_ManyTimes_CountsAsOne()
    {
        for (int i = 0; i < 10_000; i++)
        {
            Selector.Wake();
        }

        Assert.Equal(0, Selector.Select(new SelectorEvent[4], Timeout.InfiniteTimeSpan));
        AssertWaitsInFull();
    }

    [Fact]
    public async Task Wake_FromAnotherThread_EndsEveryWait()
    {
        const int Rounds = 500;
        var entered = new SemaphoreSlim(0);
        Task waiting = Task.Run(() =>
        {
            var ready = new SelectorEvent[4];
            for (int i = 0; i < Rounds; i++)
            {
                entered.Release();
                Assert.Equal(0, Selector.Select(ready, Timeout.InfiniteTimeSpan));
            }
        });
        for (int i = 0; i < Rounds; i++)
        {
            Assert.True(await entered.WaitAsync(_bound));
            Selector.Wake();
        }

        await waiting.WaitAsync(_bound);
    }

    [Fact]
    public void Wake_LeavesReadinessAlone()
    {
        DescriptorPair pair = NewPair();
        pair.SendToNear();
        Selector.Register(pair.Near, SelectorEvents.Read, 9);
        Selector.Wake();

        Assert.Equal(new SelectorEvent(9, SelectorEvents.Read), SelectOne());
    }

    [Fact]
    public async Task Wake_WhileDisposing_IsHarmless()
    {
        for (int round = 0; round < 20; round++)
        {
            Selector selector = Create();
            using var start = new Barrier(3);
            Task[] wakers =
            [
                .. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
                {
                    start.SignalAndWait();
                    for (int i = 0; i < 100; i++)
                    {
                        selector.Wake();
                    }
                })),
            ];
            start.SignalAndWait();
            selector.Dispose();
            await Task.WhenAll(wakers).WaitAsync(_bound);
            DisposeMore();
        }
    }

    [Fact]
    public void Register_Twice_IsRejected()
    {
        DescriptorPair pair = NewPair();
        pair.SendToNear();
        Selector.Register(pair.Near, SelectorEvents.Read, 1);

        var error = Assert.Throws<ArgumentException>(() => Selector.Register(pair.Near, SelectorEvents.Write, 2));
        Assert.Equal("descriptor", error.ParamName);
        Assert.Contains(pair.Near.ToString(null as IFormatProvider), error.Message, StringComparison.Ordinal);
        Assert.Equal(new SelectorEvent(1, SelectorEvents.Read), SelectOne());
    }

    [Fact]
    public void ModifyAndUnregister_UnknownDescriptor_AreRejected()
    {
        DescriptorPair pair = NewPair();

        Assert.Throws<ArgumentException>("descriptor", () => Selector.Modify(pair.Near, SelectorEvents.Read, 1));
        Assert.Throws<ArgumentException>("descriptor", () => Selector.Unregister(pair.Near));
    }

    [Fact]
    public void Register_DescriptorThatIsNotOpen_IsRejected()
    {
        Assert.Throws<ArgumentException>("descriptor", () => Selector.Register(999_999, SelectorEvents.Read, 1));
        Assert.ThrowsAny<ArgumentException>(() => Selector.Register(-1, SelectorEvents.Read, 1));
        AssertNothingReady();
    }

    [Fact]
    public void BadArguments_AreRejected()
    {
        DescriptorPair pair = NewPair();
        var ready = new SelectorEvent[1];

        Assert.Throws<ArgumentOutOfRangeException>(
            "events", () => Selector.Register(pair.Near, SelectorEvents.Read | SelectorEvents.HangUp, 1));
        Selector.Register(pair.Near, SelectorEvents.Read, 1);
        Assert.Throws<ArgumentOutOfRangeException>(
            "events", () => Selector.Modify(pair.Near, SelectorEvents.Error, 1));
        Assert.Throws<ArgumentException>("ready", () => Selector.Select([], TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => Selector.Select(ready, TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void Dispose_LeavesDescriptorsOpen_AndRejectsFurtherUse()
    {
        DescriptorPair pair = NewPair();
        Selector.Register(pair.Near, SelectorEvents.Read, 1);
        Selector.Dispose();
        Selector.Dispose();
        Selector.Wake();

        pair.SendToNear();
        pair.ReceiveAtNear();
        Assert.Throws<ObjectDisposedException>(() => Selector.Register(pair.Near, SelectorEvents.Read, 1));
        Assert.Throws<ObjectDisposedException>(() => Selector.Modify(pair.Near, SelectorEvents.Read, 1));
        Assert.Throws<ObjectDisposedException>(() => Selector.Unregister(pair.Near));
        Assert.Throws<ObjectDisposedException>(() => Selector.Select(new SelectorEvent[1], TimeSpan.Zero));
    }

    protected abstract Selector Create();

    /// <summary>Disposes what <see cref="Create"/> made besides selectors.</summary>
    protected virtual void DisposeMore()
    {
    }

    private DescriptorPair NewPair()
    {
        var pair = new DescriptorPair();
        _pairs.Add(pair);
        return pair;
    }

    /// <summary>Waits until something is ready and returns it; there must be one only.</summary>
    private SelectorEvent SelectOne()
    {
        var ready = new SelectorEvent[4];
        long start = Stopwatch.GetTimestamp();
        int count;
        do
        {
            count = Selector.Select(ready, _bound);
        }
        while (count == 0 && Stopwatch.GetElapsedTime(start) < _bound);

        Assert.Equal(1, count);
        return ready[0];
    }

    private void AssertNothingReady() => Assert.Equal(0, Selector.Select(new SelectorEvent[4], Moment));

    private void AssertWaitsInFull()
    {
        var timeout = TimeSpan.FromMilliseconds(2);
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, Selector.Select(new SelectorEvent[4], timeout));
        Assert.True(Stopwatch.GetElapsedTime(start) >= timeout);
    }
}
