namespace ActorLoop.Supervision;

/// <content>Timers, which die with the instance that started them.</content>
internal sealed partial class ActorCell<TMessage>
{
    private static readonly Action<object?> s_due = static timer => ((TimerEntry)timer!).Due();

    private Dictionary<object, TimerEntry>? _timers;

    public void StartTimer(object key, TMessage message, TimeSpan delay, TimeSpan? period)
    {
        if (State is not (CellState.New or CellState.Running))
        {
            return;
        }

        _ = CancelTimer(key);
        var entry = new TimerEntry(this, key, message, period);
        (_timers ??= [])[key] = entry;
        entry.Handle = Core.CallLater(delay, s_due, entry);
    }

    public bool CancelTimer(object key)
    {
        if (_timers?.Remove(key, out TimerEntry? entry) != true)
        {
            return false;
        }

        entry!.Handle?.Cancel();
        return true;
    }

    public bool IsTimerActive(object key) => _timers?.ContainsKey(key) == true;

    private void CancelAllTimers()
    {
        foreach (TimerEntry entry in _timers?.Values.ToArray() ?? [])
        {
            entry.Handle?.Cancel();
        }

        _timers = null;
    }

    /// <summary>One timer of an actor.</summary>
    private sealed class TimerEntry(ActorCell<TMessage> cell, object key, TMessage message, TimeSpan? period)
    {
        private bool _isQueued;

        public TMessage Message => message;

        public TimerHandle? Handle { get; set; }

        public void Due()
        {
            if (period is { } interval)
            {
                Handle = Next(interval);
            }

            // What comes due while the one before waits in the mailbox is left out.
            if (!_isQueued)
            {
                _isQueued = true;
                cell.AddNotice(this, flags: 0);
            }
        }

        /// <summary>Whether it is still wanted, now that its turn has come.</summary>
        public bool TryTake(ActorCell<TMessage> owner)
        {
            _isQueued = false;
            if (owner._timers?.TryGetValue(key, out TimerEntry? current) != true || current != this)
            {
                return false;
            }

            if (period is null)
            {
                owner._timers.Remove(key);
            }

            return true;
        }

        /// <summary>Counted from the deadline and not from now, so that the rate holds; deadlines that are past are left out.</summary>
        private TimerHandle Next(TimeSpan interval)
        {
            long now = cell.Core.Clock.Ticks;
            long missed = Math.Max(0, (now - Handle!.When.Ticks) / interval.Ticks);
            TimeSpan when = Handle.When + ((missed + 1) * interval);
            return cell.Core.Schedule(when, s_due, this, context: null);
        }
    }
}
