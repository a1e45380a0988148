namespace ActorLoop.Supervision;

/// <content>Questions that are open, so that the end of the actor can answer them. Thread: any.</content>
internal abstract partial class Cell
{
    /// <summary>False: the actor has ended already.</summary>
    public bool TryAddAsk(IPendingAsk ask)
    {
        CellExtras extras = Extras;
        lock (extras)
        {
            if (IsTerminated)
            {
                return false;
            }

            List<IPendingAsk> asks = extras.Asks ??= [];
            ask.Index = asks.Count;
            asks.Add(ask);
            return true;
        }
    }

    public void RemoveAsk(IPendingAsk ask)
    {
        CellExtras extras = Extras;
        lock (extras)
        {
            if (extras.Asks is not { } asks || ask.Index < 0 || ask.Index >= asks.Count || asks[ask.Index] != ask)
            {
                return;
            }

            // The last one takes the place, so that no list has to move.
            IPendingAsk last = asks[^1];
            asks[ask.Index] = last;
            last.Index = ask.Index;
            asks.RemoveAt(asks.Count - 1);
            ask.Index = -1;
        }
    }
}
