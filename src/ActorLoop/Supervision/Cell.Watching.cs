using ActorLoop.Scheduling;

namespace ActorLoop.Supervision;

/// <content>Who hears of the end.</content>
internal abstract partial class Cell
{
    /// <summary>Asks a node to tell this one when it has ended; if it cannot be reached any more, it has.</summary>
    private protected void WatchTarget(Node target)
    {
        if (!target.WatchedBy(this))
        {
            WatchedTerminated(target, existed: false, addressTerminated: true);
        }
    }

    public override bool WatchedBy(Cell watcher) => Send(CellOp.Watch, watcher);

    public override void UnwatchedBy(Cell watcher) => _ = Send(CellOp.Unwatch, watcher);

    /// <summary>A part that this one watches has ended, or had before. Thread: any.</summary>
    public void TellTerminated(PartNode part, bool existed, bool addressTerminated)
    {
        if (Core.IsOnLoop)
        {
            WatchedTerminated(part, existed, addressTerminated);
        }
        else
        {
            _ = Core.TryPostSystem(new Message(new PartEnded(this, part, existed, addressTerminated)));
        }
    }

    private void AddWatcher(Cell watcher)
    {
        if (IsTerminated)
        {
            int how = NeverExisted | (Core.IsClosed ? AddressTerminated : 0);
            _ = watcher.Send(CellOp.WatchedTerminated, this, null, how);
            return;
        }

        _ = (Extras.Watchers ??= []).Add(watcher);
    }

    private sealed class PartEnded(Cell watcher, PartNode part, bool existed, bool addressTerminated) : IMessage
    {
        public void Run() => watcher.WatchedTerminated(part, existed, addressTerminated);
    }
}
