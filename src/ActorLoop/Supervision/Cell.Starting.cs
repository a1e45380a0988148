using ActorLoop.Scheduling;

namespace ActorLoop.Supervision;

/// <content>The beginning of a life, and of the next.</content>
internal abstract partial class Cell
{
    private static readonly Action<object?> s_notStarted = static cell => ((Cell)cell!).NotStarted();

    private void Start()
    {
        if (_state != CellState.New)
        {
            return;
        }

        if (Core.IsClosed)
        {
            BeginStop(StopReason.Ordered);
            return;
        }

        Launch(cause: null);
    }

    /// <summary>Makes an instance and calls its first hook: PostRestart if it takes over from one that failed.</summary>
    private void Launch(Exception? cause)
    {
        CellHook hook = cause is null ? CellHook.PreStart : CellHook.PostRestart;
        bool first = _state == CellState.New;
        if (_extras is { } extras)
        {
            extras.StartedAt = Core.Clock.Ticks;
        }

        // Set now: the hook may start children, which must not begin their lives suspended.
        _state = CellState.Running;
        _hold &= ~CellHold.Failed;
        if (Try(hook, cause) is { } failure)
        {
            DropInstanceNow();
            Extras.Cause = NotStarted(failure, hook);
            // A message of its own: one that can never be started must fill neither the stack nor the turn.
            Core.PostLocal(new Message(s_notStarted, this));
            return;
        }

        _hold &= ~CellHold.NotRunning;
        if (first)
        {
            _host.Notify<object?>(static (events, cell, _) => events.Started(cell.Ref), this, null);
        }
        else
        {
            _host.CountRestart();
            _host.Notify(static (events, cell, why) => events.Restarted(cell.Ref, why), this, cause);
        }

        if (_hold == CellHold.None)
        {
            Activate();
        }
    }

    private void NotStarted()
    {
        if (_state == CellState.Running && !HasInstance)
        {
            Fail(Extras.Cause!, message: null);
        }
    }

    private ChildInitializationException NotStarted(Exception failure, CellHook hook) => hook == CellHook.PreStart
        ? new ChildInitializationException($"Actor '{Path}' could not be started: {failure.Message}", failure)
        : new PostRestartException($"Actor '{Path}' could not be started again: {failure.Message}", failure);

    /// <summary>Forgets the instance without calling it.</summary>
    private void DropInstanceNow()
    {
        InstanceEnding();
        DropInstance();
    }

    private void Report(string what, Exception failure) => _host.Report(what, failure);
}
