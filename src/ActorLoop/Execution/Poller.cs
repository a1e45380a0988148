using ActorLoop.Mailboxes;
using ActorLoop.Scheduling;

namespace ActorLoop.Execution;

/// <summary>
/// Asks the selector, and decides how to wait: not at all, spinning for a moment, or asleep until somebody wakes the loop.
/// </summary>
internal sealed class Poller(
    Selector selector, RegistrationTable registrations, Mailbox mailbox, LoopClock clock, TimeSpan? spinBudget)
{
    private const int MaxReady = 1024;
    private const int MaxCredit = 8;

    private readonly SelectorEvent[] _ready = new SelectorEvent[MaxReady];
    private int _credit;

    private long SpinTicks => spinBudget?.Ticks ?? SpinPolicy.DefaultTicks;

    public ReadOnlySpan<SelectorEvent> Ready(int count) => _ready.AsSpan(0, count);

    /// <summary>
    /// Waits until a descriptor is ready, a message arrives or the time is up; returns how many descriptors are ready.
    /// </summary>
    public int Poll(TimeSpan timeout)
    {
        if (timeout == TimeSpan.Zero)
        {
            if (registrations.Count == 0 && !selector.MayBeReadyWhenEmpty)
            {
                return 0;
            }

            return selector.Select(_ready, TimeSpan.Zero);
        }

        long spinTicks = SpinTicks;
        if (spinTicks == 0)
        {
            return Sleep(timeout);
        }

        return _credit > 0 && Spin(timeout, spinTicks, out int ready) ? ready : SleepAndLearn(timeout, spinTicks);
    }

    private int Sleep(TimeSpan timeout)
    {
        if (!mailbox.TryFallAsleep())
        {
            return selector.Select(_ready, TimeSpan.Zero);
        }

        try
        {
            return selector.Select(_ready, timeout);
        }
        finally
        {
            mailbox.WakeUp();
        }
    }

    private bool Spin(TimeSpan timeout, long spinTicks, out int ready)
    {
        long budget = timeout < TimeSpan.Zero ? spinTicks : Math.Min(spinTicks, timeout.Ticks);
        long end = clock.Ticks + budget;
        do
        {
            ready = selector.Select(_ready, TimeSpan.Zero);
            if (ready != 0 || mailbox.HasWork)
            {
                _credit = Math.Min(_credit + 1, MaxCredit);
                return true;
            }
        }
        while (clock.Ticks < end);

        _credit--;
        // A timer came due while spinning: the turn must go on to it, not to sleep.
        return budget < spinTicks;
    }

    /// <summary>Spinning is worth trying again only while sleeps turn out shorter than the budget.</summary>
    private int SleepAndLearn(TimeSpan timeout, long spinTicks)
    {
        long before = clock.Ticks;
        int ready = Sleep(timeout);
        if (clock.Ticks - before < spinTicks * 2)
        {
            _credit = Math.Min(_credit + 2, MaxCredit);
        }

        return ready;
    }
}
