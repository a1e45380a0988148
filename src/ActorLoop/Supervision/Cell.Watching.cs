namespace ActorLoop.Supervision;

/// <content>Who hears of the end.</content>
internal abstract partial class Cell
{
    /// <summary>Asks a node to tell this one when it has ended; if it cannot be reached any more, it has.</summary>
    private protected void WatchTarget(Cell target)
    {
        if (!target.Send(CellOp.Watch, this))
        {
            WatchedTerminated(target, existed: false, addressTerminated: true);
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
}
