using ActorLoop.Akka.Dispatching;
using Akka.Actor;
using Akka.Event;

namespace ActorLoop.Akka.Scheduling;

/// <summary>Something that is to be done once, or again and again.</summary>
internal sealed class ScheduledWork(
    OutstandingWork owner, Action action, TimeSpan? interval, ICancelable? cancelable, ILoggingAdapter log)
{
    private ITimer? _timer;

    /// <summary>The others that are outstanding, kept by their owner.</summary>
    public LinkedListNode<ScheduledWork>? Node { get; set; }

    public void Start(TimeProvider time, TimeSpan delay)
    {
        // Armed only when it is stored: it may fire, and end, before the call that makes it returns.
        ITimer timer = time.CreateTimer(
            static work => ((ScheduledWork)work!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer = timer;
        timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The scheduler ends: what was not canceled runs now.</summary>
    public void RunAtTheEnd()
    {
        _timer?.Dispose();
        _ = TryRun();
    }

    private void Fire()
    {
        using (AkkaContext.Enter())
        {
            // Whoever takes it off the list runs it: the end of the scheduler may come at the same time.
            if (owner.TryTake(this) && TryRun() && interval is { } again && owner.TryAdd(this))
            {
                _timer!.Change(again, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        _timer!.Dispose();
    }

    /// <returns>Whether it may be repeated.</returns>
    private bool TryRun()
    {
        if (cancelable is { IsCancellationRequested: true })
        {
            return false;
        }

        try
        {
            action();
            return true;
        }
        catch (SchedulerException)
        {
            // From actors that ended meanwhile; the stock scheduler keeps quiet about it, too.
            return false;
        }
        catch (Exception failure)
        {
            log.Error(failure, "Scheduled work failed{0}", interval is null ? "" : " and is not repeated");
            return false;
        }
    }
}
