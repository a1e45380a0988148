using ActorLoop.Mailboxes;
using ActorLoop.Scheduling;

namespace ActorLoop.Execution;

/// <summary>One turn of a loop: queued messages, then I/O, then timers, each exactly once, and nothing that they add.</summary>
/// <remarks>
/// The order: (1) system messages and the poll timeout, (2) readiness becomes messages, (3) due timers become messages by
/// deadline, (4) exactly the messages that wait at this moment run. What they post runs in the next turn, so a callback that
/// reposts itself starves nobody, and nothing runs inside the call that scheduled it.
/// </remarks>
internal sealed class LoopTurn(LoopCore core, Poller poller, Mailbox mailbox, TimerQueue timers, Dispatcher dispatcher)
{
    private const int TurnsPerTrim = 1024;

    // asyncio's own cap; a later deadline is simply looked at again.
    private static readonly TimeSpan LongestPoll = TimeSpan.FromHours(24);

    public long Turns { get; private set; }

    /// <summary>Messages that have run, with the one that runs now: also the number of that one.</summary>
    public long Messages { get; private set; }

    public long TimersFired { get; private set; }

    public void Run()
    {
        Turns++;
        RunSystemMessages();
        int ready = poller.Poll(PollTimeout());
        if (ready != 0)
        {
            core.Registrations.Post(poller.Ready(ready));
        }

        PostDueTimers();
        RunSystemMessages();
        for (int batch = mailbox.Collect(); batch > 0; batch--)
        {
            Messages++;
            dispatcher.Run(mailbox.Take());
        }

        if (Turns % TurnsPerTrim == 0)
        {
            mailbox.Trim();
            timers.Trim();
        }
    }

    private TimeSpan PollTimeout()
    {
        if (core.IsStopping || mailbox.HasWork)
        {
            return TimeSpan.Zero;
        }

        if (timers.Count == 0)
        {
            return Timeout.InfiniteTimeSpan;
        }

        // Compared before it is subtracted: a deadline may lie as far in the past as a TimeSpan reaches.
        long now = core.Clock.Ticks;
        long deadline = timers.NextDeadline;
        return deadline <= now ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(deadline - now, LongestPoll.Ticks));
    }

    private void PostDueTimers()
    {
        if (timers.Count == 0)
        {
            return;
        }

        long now = core.Clock.Ticks;
        while (timers.TryTakeDue(now, out TimerHandle timer))
        {
            TimersFired++;
            mailbox.PostLocal(new Message(timer, null, timer.Context));
        }
    }

    private void RunSystemMessages()
    {
        // No more than there are now: a thread that posts them faster than they run must not keep the turn from ending.
        for (int left = mailbox.SystemCount; left > 0 && mailbox.TryTakeSystem(out Message message); left--)
        {
            dispatcher.Run(message);
        }
    }
}
