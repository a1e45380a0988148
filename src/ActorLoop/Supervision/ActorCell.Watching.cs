namespace ActorLoop.Supervision;

/// <content>Watching others, and what stands in the mailbox because of them.</content>
internal sealed partial class ActorCell<TMessage>
{
    private Queue<Notice>? _notices;
    private Dictionary<Node, Watched>? _watching;

    public void Watch(Node target) => Watch(target, default!, hasMessage: false);

    public void WatchWith(Node target, TMessage message) => Watch(target, message, hasMessage: true);

    public void Unwatch(Node target)
    {
        if (_watching?.Remove(target) == true)
        {
            target.UnwatchedBy(this);
        }
    }

    protected override void WatchedTerminated(Node target, bool existed, bool addressTerminated)
    {
        if (_watching is null || !_watching.TryGetValue(target, out Watched? watched) || watched.IsQueued)
        {
            return;
        }

        watched.IsQueued = true;
        AddNotice(watched, (existed ? 0 : NeverExisted) | (addressTerminated ? AddressTerminated : 0));
    }

    private void Watch(Node target, TMessage message, bool hasMessage)
    {
        if (ReferenceEquals(target, this) || IsTerminated)
        {
            return;
        }

        if (_watching?.TryGetValue(target, out Watched? known) == true)
        {
            known.Message = message;
            known.HasMessage = hasMessage;
            return;
        }

        (_watching ??= []).Add(target, new Watched(target) { Message = message, HasMessage = hasMessage });
        WatchTarget(target);
    }

    private void AddNotice(object source, int flags)
    {
        if (IsTerminated)
        {
            return;
        }

        if (_foreign is not null)
        {
            MoveForeign();
        }

        (_notices ??= []).Enqueue(new Notice(_taken + _count, source, flags));
        if (_hold == CellHold.None)
        {
            Activate();
        }
    }

    private bool TryTakeNotice(out Notice notice)
    {
        if (_notices!.TryPeek(out notice) && notice.Position <= _taken)
        {
            _notices.Dequeue();
            return true;
        }

        return false;
    }

    private void Receive(in Notice notice)
    {
        if (notice.Source is TimerEntry timer)
        {
            if (timer.TryTake(this))
            {
                Receive(timer.Message);
            }

            return;
        }

        var watched = (Watched)notice.Source;
        if (_watching?.TryGetValue(watched.Target, out Watched? current) != true || current != watched)
        {
            return;
        }

        _watching.Remove(watched.Target);
        if (watched.HasMessage)
        {
            Receive(watched.Message);
            return;
        }

        var terminated = new Terminated(
            watched.Target.Ref, (notice.Flags & NeverExisted) == 0, (notice.Flags & AddressTerminated) != 0);
        try
        {
            _actor!.CallOnTerminated(terminated);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Fail(failure, terminated);
        }
    }

    private void UnwatchAll()
    {
        foreach (Node target in _watching?.Keys.ToArray() ?? [])
        {
            Unwatch(target);
        }
    }

    /// <summary>Somebody whose end this actor wants to hear of, until the notice has been received.</summary>
    private sealed class Watched(Node target)
    {
        public Node Target => target;

        public required TMessage Message { get; set; }

        public bool HasMessage { get; set; }

        public bool IsQueued { get; set; }
    }
}
