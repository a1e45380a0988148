namespace ActorLoop.Supervision;

/// <summary>What most nodes never need; made when it is.</summary>
internal sealed class CellExtras
{
    // Of the node's own loop.
    public CellChildren? Children;
    public HashSet<Cell>? Watchers;
    public List<Cell>? Perpetrators;
    public CancellationTokenSource? Stopping;
    public RestartOrder? Order;
    public Exception? Cause;
    public object? FailedMessage;
    public TimerHandle? Deadline;
    public TimerHandle? Delay;
    public long StartedAt;
    public int Attempts;
    public bool IsPreRestartDone;
    public bool IsFresh;
    public bool IsStoppingChildren;

    public List<RestartGroup>? Groups;

    // Of the supervisor's loop.
    public ChildRestartStats? Stats;

    // Of any thread, under a lock on this object.
    public TaskCompletionSource? Termination;
    public List<IPendingAsk>? Asks;
}
