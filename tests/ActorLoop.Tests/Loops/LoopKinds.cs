using ActorLoop.Selectors;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Loops;

public sealed class EpollLoops : SelectorLoops
{
    protected override Selector CreateSelector() => new EpollSelector();
}

public sealed class PollLoops : SelectorLoops
{
    protected override Selector CreateSelector() => new PollSelector();
}

public sealed class SelectLoops : SelectorLoops
{
    protected override Selector CreateSelector() => new SelectSelector();
}

/// <summary>Loops that ask the system themselves.</summary>
public abstract class SelectorLoops : ILoopKind
{
    public EventLoop Create(EventLoopOptions options) => new SelectorEventLoop(CreateSelector(), options);

    public void ExpectReady(int descriptors)
    {
        // What is ready when the turn begins is seen in this turn.
    }

    public void Dispose() => GC.SuppressFinalize(this);

    protected abstract Selector CreateSelector();
}

/// <summary>Loops that are told by a selector on another thread.</summary>
public sealed class SharedSelectorLoops : ILoopKind
{
    private readonly SharedSelector _shared = new(new EpollSelector());
    private ObservedSelector? _newest;

    public EventLoop Create(EventLoopOptions options)
    {
        _newest = new ObservedSelector(_shared.CreatePort());
        return new SelectorEventLoop(_newest, options);
    }

    public void ExpectReady(int descriptors) => _newest!.Expect(descriptors);

    public void Dispose() => _shared.Dispose();
}

/// <summary>Loops that hear of completions.</summary>
public sealed class ProactorLoops : ILoopKind
{
    public bool WatchesDescriptors => false;

    public EventLoop Create(EventLoopOptions options) => new ProactorEventLoop(options);

    public void ExpectReady(int descriptors) =>
        throw new InvalidOperationException("Nothing becomes ready on a loop over completions.");

    public void Dispose()
    {
    }
}
