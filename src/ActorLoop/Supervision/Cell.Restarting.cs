namespace ActorLoop.Supervision;

/// <content>From one instance to the next.</content>
internal abstract partial class Cell
{
    private void BeginRestart(RestartOrder order, int incarnation)
    {
        if (incarnation != _incarnation || _state is not (CellState.New or CellState.Running or CellState.Restarting or CellState.Waiting))
        {
            // Somebody waits for it all the same.
            _ = order.Group?.Owner.Send(CellOp.ChildWoundDown, this, order.Group);
            return;
        }

        bool isUnderWay = _state is CellState.Restarting or CellState.Waiting;
        CancelTimer(ref Extras.Delay);
        CancelGroups();
        Extras.Order = order;
        MarkFailed();
        _hold |= CellHold.NotRunning;
        if (!isUnderWay)
        {
            Extras.IsPreRestartDone = false;
            Extras.IsFresh = false;
            _state = CellState.Restarting;
        }

        CancelStopping();
        ContinueRestart();
    }

    private void ContinueRestart()
    {
        if (_state == CellState.Restarting)
        {
            if ((_hold & CellHold.Busy) != 0)
            {
                ArmDeadline();
                return;
            }

            CallPreRestart();
            StopMarkedChildren();
            if (_state != CellState.Restarting)
            {
                return;
            }

            if (_extras!.Children?.LastMarked() is not null)
            {
                ArmDeadline();
                return;
            }

            CancelTimer(ref _extras.Deadline);
            _state = CellState.Waiting;
        }

        if (Extras.Order!.Group is { } group)
        {
            _ = group.Owner.Send(CellOp.ChildWoundDown, this, group);
        }
        else
        {
            FinishAfterBackoff(Extras.Order.Cause);
        }
    }

    private void CallPreRestart()
    {
        CellExtras extras = Extras;
        if (extras.IsPreRestartDone)
        {
            return;
        }

        extras.IsPreRestartDone = true;
        if (HasInstance)
        {
            if (Try(CellHook.PreRestart, extras.Order!.Cause, extras.FailedMessage) is { } failure)
            {
                Report($"PreRestart of actor '{Path}' failed", new PreRestartException(
                    $"PreRestart of actor '{Path}' failed: {failure.Message}", failure));
            }
        }
        else
        {
            // It failed before it could know its children.
            extras.Children?.MarkAll();
            extras.IsFresh = true;
        }

        extras.FailedMessage = null;
        extras.Stopping = null;
        DropInstanceNow();
    }

    /// <summary>Waits as long as the back-off says; a group has one for all of them.</summary>
    private void FinishAfterBackoff(Exception? cause)
    {
        if (!TryBackoff(cause, out TimeSpan delay))
        {
            BeginStop(StopReason.Failed);
        }
        else if (delay > TimeSpan.Zero)
        {
            Extras.Delay = Core.CallLater(delay, static cell => ((Cell)cell!).FinishRestart(null), this);
        }
        else
        {
            FinishRestart(null);
        }
    }

    /// <summary>Asks the back-off for the next delay. False: the node must not be started again, because it says so or threw.</summary>
    public bool TryBackoff(Exception? cause, out TimeSpan delay)
    {
        delay = TimeSpan.Zero;
        if (Options.Backoff is not { } backoff)
        {
            return true;
        }

        try
        {
            CellExtras extras = Extras;
            if (backoff.ResetAfter is { } quiet && Core.Clock.Ticks - extras.StartedAt >= quiet.Ticks)
            {
                extras.Attempts = 0;
            }

            extras.Attempts = extras.Attempts == int.MaxValue ? int.MaxValue : extras.Attempts + 1;
            TimeSpan? next = backoff.NextDelay(extras.Attempts, cause);
            delay = next.GetValueOrDefault();
            return next is not null;
        }
        catch (FatalLoopException fatal)
        {
            _host.EndRun(fatal);
            return false;
        }
        catch (Exception failure)
        {
            Report($"The back-off of actor '{Path}' failed, so it is stopped", failure);
            return false;
        }
    }

    private void FinishRestart(RestartGroup? group)
    {
        if (_state != CellState.Waiting || (group is not null && Extras.Order?.Group != group))
        {
            return;
        }

        CellExtras extras = Extras;
        extras.Delay = null;
        // An instance that could not be started is followed by a first one, and one that ended by itself as well.
        Exception? cause = extras.IsFresh ? null : extras.Order?.Cause;
        extras.Order = null;
        extras.Cause = null;
        extras.Perpetrators = null;
        _incarnation++;
        Cell[] survivors = ChildCells();
        Launch(cause);
        if (cause is not null && HasInstance)
        {
            RestartSurvivors(survivors, cause);
        }
    }

    /// <summary>Children that PreRestart left alone begin anew with their supervisor.</summary>
    private void RestartSurvivors(Cell[] survivors, Exception cause)
    {
        foreach (Cell child in survivors)
        {
            _ = child.Send(CellOp.Restart, this, new RestartOrder(cause, Group: null), child._incarnation);
            _ = child.Send(CellOp.Resume, this);
        }
    }
}
