using ActorLoop.Selectors;

namespace ActorLoop.Tests.Selectors;

public sealed class EpollContractTests : SelectorContract
{
    protected override Selector Create() => new EpollSelector();
}

public sealed class EpollWithoutPreciseWaitContractTests : SelectorContract
{
    protected override Selector Create() => new EpollSelector(preciseWait: false);
}

public sealed class PollContractTests : SelectorContract
{
    protected override Selector Create() => new PollSelector();
}

public sealed class SelectContractTests : SelectorContract
{
    protected override bool ReportsHangUp => false;

    protected override Selector Create() => new SelectSelector();
}

public sealed class SharedEpollContractTests : SharedContract
{
    protected override Selector CreateInner() => new EpollSelector();
}

public sealed class SharedPollContractTests : SharedContract
{
    protected override Selector CreateInner() => new PollSelector();
}

public sealed class SharedSelectContractTests : SharedContract
{
    protected override bool ReportsHangUp => false;

    protected override Selector CreateInner() => new SelectSelector();
}

/// <summary>The contract, held by one of two ports of a shared selector.</summary>
public abstract class SharedContract : SelectorContract
{
    private readonly List<SharedSelector> _shared = [];

    protected override TimeSpan Moment => TimeSpan.FromMilliseconds(5);

    protected abstract Selector CreateInner();

    protected override Selector Create()
    {
        var shared = new SharedSelector(CreateInner());
        _shared.Add(shared);
        shared.CreatePort();
        return shared.CreatePort();
    }

    protected override void DisposeMore()
    {
        foreach (SharedSelector shared in _shared)
        {
            shared.Dispose();
        }

        _shared.Clear();
    }
}
