using ActorLoop.TestKit;
using ActorLoop.Tests.Selectors;

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
