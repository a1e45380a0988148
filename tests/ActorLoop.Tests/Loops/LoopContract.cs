using ActorLoop.TestKit;
using ActorLoop.Tests.Selectors;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>
/// What the contracts of a loop have in common: the loop, a log of what ran, and descriptors to watch.
/// </summary>
public abstract class LoopContract<TKind> : IDisposable
    where TKind : ILoopKind, new()
{
    private readonly TKind _kind = new();
    private readonly List<TestLoop> _loops = [];
    private readonly List<DescriptorPair> _pairs = [];

    protected LoopContract()
    {
        Test = NewLoop();
    }

    protected TestLoop Test { get; }

    protected EventLoop Loop => Test.Loop;

    /// <summary>What ran, in order.</summary>
    protected List<string> Ran { get; } = [];

    public void Dispose()
    {
        foreach (TestLoop loop in _loops)
        {
            loop.Dispose();
        }

        foreach (DescriptorPair pair in _pairs)
        {
            pair.Dispose();
        }

        _kind.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A callback that notes its name.</summary>
    protected Action Note(string name) => () => Ran.Add(name);

    protected TestLoop NewLoop(EventLoopOptions? options = null)
    {
        var loop = new TestLoop(_kind.Create, options);
        _loops.Add(loop);
        return loop;
    }

    /// <summary>What is left of a test that watches descriptors on a loop that cannot: it must refuse.</summary>
    protected bool RefusesToWatch()
    {
        if (_kind.WatchesDescriptors)
        {
            return false;
        }

        DescriptorPair pair = NewReadablePair();
        Assert.Throws<NotSupportedException>(() => Loop.AddReader(pair.Near, Note("read")));
        Assert.Throws<NotSupportedException>(() => Loop.AddWriter(pair.Near, Note("write")));
        Assert.Throws<NotSupportedException>(() => Loop.RemoveReader(pair.Near));
        Assert.Throws<NotSupportedException>(() => Loop.RemoveWriter(pair.Near));
        Test.RunTurns(2);
        Assert.Empty(Ran);
        return true;
    }

    /// <inheritdoc cref="ILoopKind.ExpectReady"/>
    protected void ExpectReady(int descriptors) => _kind.ExpectReady(descriptors);

    private protected DescriptorPair NewPair()
    {
        var pair = new DescriptorPair();
        _pairs.Add(pair);
        return pair;
    }

    private protected DescriptorPair NewReadablePair()
    {
        DescriptorPair pair = NewPair();
        pair.SendToNear();
        return pair;
    }
}
