namespace ActorLoop.Supervision;

/// <content>The end of a life.</content>
internal abstract partial class Cell
{
    private static readonly Action<object?> s_deadline = static cell => ((Cell)cell!).DeadlinePassed();

    /// <summary>Ends the node: children first, in reverse order.</summary>
    /// <param name="reason">Why. The strongest reason given before the end counts.</param>
    protected void BeginStop(StopReason reason)
    {
        _stopReason = reason > _stopReason ? reason : _stopReason;
        if (_state is CellState.Stopping or CellState.Terminated)
        {
            return;
        }

        _hold |= CellHold.NotRunning;
        _state = CellState.Stopping;
        if (_extras is { } extras)
        {
            CancelTimer(ref extras.Delay);
            CancelTimer(ref extras.Deadline);
            extras.Children?.MarkAll();
            CancelGroups();
        }

        CancelStopping();
        ContinueStop();
    }

    /// <summary>Ends the node without waiting for anything.</summary>
    private void GiveUp()
    {
        BeginStop(StopReason.Ordered);
        if (_state == CellState.Stopping)
        {
            DeadlinePassed();
        }
    }

    /// <summary>What was being handled when the node began to wind down is over.</summary>
    private protected void ReceiveEnded() => Continue();

    private void ContinueStop()
    {
        if ((_hold & CellHold.Busy) != 0)
        {
            ArmDeadline();
            return;
        }

        StopMarkedChildren();
        if (_state != CellState.Stopping)
        {
            return;
        }

        if (_extras?.Children is { Count: > 0 })
        {
            ArmDeadline();
            return;
        }

        FinishStop();
    }

    private void FinishStop()
    {
        if (_extras is { } extras)
        {
            CancelTimer(ref extras.Deadline);
        }

        if (HasInstance)
        {
            if (Try(CellHook.PostStop) is { } failure)
            {
                Report($"PostStop of actor '{Path}' failed", failure);
            }

            DropInstanceNow();
        }

        if (_stopReason == StopReason.Self && Options.Restart == RestartType.Permanent)
        {
            _stopReason = StopReason.None;
            _hold &= ~CellHold.Doomed;
            _state = CellState.Waiting;
            Extras.IsFresh = true;
            Extras.Stopping = null;
            if (_parent!.Send(CellOp.ChildExited, this))
            {
                return;
            }
        }

        Terminate();
    }

    private void Terminate()
    {
        _state = CellState.Terminated;
        DropMailbox();
        // Full fence: who asks for extras after this sees that the node has ended; who asked before is found here.
        Interlocked.MemoryBarrier();
        if (_extras is { } extras)
        {
            ReleaseWaiters(extras);
        }

        _host.Removed(this);
        _host.Notify<object?>(static (events, cell, _) => events.Stopped(cell.Ref), this, null);
        _ = _parent?.Send(CellOp.ChildTerminated, this, null, (int)_stopReason);
    }

    private void ReleaseWaiters(CellExtras extras)
    {
        IPendingAsk[] asks;
        TaskCompletionSource? termination;
        lock (extras)
        {
            asks = [.. extras.Asks ?? []];
            extras.Asks = null;
            termination = extras.Termination;
        }

        foreach (IPendingAsk ask in asks)
        {
            ask.ActorTerminated();
        }

        if (extras.Watchers is { } watchers)
        {
            extras.Watchers = null;
            int how = Core.IsClosed ? AddressTerminated : 0;
            foreach (Cell watcher in watchers)
            {
                _ = watcher.Send(CellOp.WatchedTerminated, this, null, how);
            }
        }

        extras.Stats = null;
        termination?.TrySetResult();
    }

    private void CancelStopping()
    {
        try
        {
            _extras?.Stopping?.Cancel();
        }
        catch (Exception failure)
        {
            Report($"A callback of the token that tells actor '{Path}' to stop failed", failure);
        }
    }

    /// <summary>Limits the time that a stop or a restart may take from now on.</summary>
    private void ArmDeadline()
    {
        TimeSpan time = Options.Shutdown.Time;
        if (time == TimeSpan.Zero)
        {
            DeadlinePassed();
        }
        else if (time != Timeout.InfiniteTimeSpan && Extras.Deadline is null && !Core.IsClosed)
        {
            Extras.Deadline = Core.CallLater(time, s_deadline, this);
        }
    }

    /// <summary>Goes on without what was waited for.</summary>
    private void DeadlinePassed()
    {
        if (_state is not (CellState.Stopping or CellState.Restarting))
        {
            return;
        }

        if ((_hold & CellHold.Busy) != 0)
        {
            AbandonReceive();
        }

        if (_state == CellState.Restarting)
        {
            CallPreRestart();
        }

        if (_extras is { Children: { } children } extras)
        {
            extras.IsStoppingChildren = true;
            while (children.LastMarked() is { } child)
            {
                // Of one on another loop nobody knows when it gets the message; it must not hold up this one.
                _ = child.Send(CellOp.GiveUp, this);
                _ = children.Remove(child);
            }

            extras.IsStoppingChildren = false;
        }

        Continue();
    }

    private void Continue()
    {
        if (_state == CellState.Stopping)
        {
            ContinueStop();
        }
        else if (_state == CellState.Restarting)
        {
            ContinueRestart();
        }
        else
        {
            StopMarkedChildren();
        }
    }

    private static void CancelTimer(ref TimerHandle? timer)
    {
        timer?.Cancel();
        timer = null;
    }
}
