namespace ActorLoop.Supervision;

/// <content>A failure, and what the supervisor makes of it.</content>
internal abstract partial class Cell
{
    /// <summary>The node has failed: it receives nothing until its supervisor has decided.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <param name="message">What was being handled, if anything.</param>
    protected void Fail(Exception cause, object? message)
    {
        if (_state is not (CellState.New or CellState.Running) || (_hold & CellHold.Failed) != 0)
        {
            // Its fate is being decided, or it is on its way out: the exception changes nothing, but must not be lost.
            if (cause is not OperationCanceledException)
            {
                Report($"Actor '{Path}' failed once more while it was {Describe()}", cause);
            }

            return;
        }

        MarkFailed();
        Extras.Cause = cause;
        Extras.FailedMessage = message;
        _host.CountFailure();
        FailToSupervisor(cause);
    }

    /// <summary>Who hears of a failure. The root has nobody above it.</summary>
    private protected virtual void FailToSupervisor(Exception cause)
    {
        if (!_parent!.Send(CellOp.ChildFailed, this, cause, _incarnation))
        {
            BeginStop(StopReason.Ordered);
        }
    }

    private void MarkFailed()
    {
        if ((_hold & CellHold.Failed) == 0)
        {
            _hold |= CellHold.Failed;
            SendToChildren(CellOp.Suspend);
        }
    }

    private void Suspend()
    {
        _suspends++;
        _hold |= CellHold.Suspended;
        SendToChildren(CellOp.Suspend);
    }

    private void Resume()
    {
        if (_suspends == 0)
        {
            return;
        }

        SendToChildren(CellOp.Resume);
        if (--_suspends == 0)
        {
            _hold &= ~CellHold.Suspended;
            ActivateIfFree();
        }
    }

    /// <summary>The failure is forgiven.</summary>
    private void ResumeFailed(int incarnation)
    {
        if (_state != CellState.Running || (_hold & CellHold.Failed) == 0 || incarnation != _incarnation)
        {
            return;
        }

        if (!HasInstance)
        {
            // There is nothing to go on with.
            BeginRestart(new RestartOrder(Extras.Cause!, Group: null), _incarnation);
            return;
        }

        // Those that had escalated to this node are forgiven with it.
        foreach (Cell child in Forgive())
        {
            _ = child.Send(CellOp.ResumeFailed, this, null, child._incarnation);
        }

        ActivateIfFree();
    }

    /// <summary>Takes the failure of this node back; those that had escalated to it are still to be dealt with.</summary>
    private protected Cell[] Forgive()
    {
        _hold &= ~CellHold.Failed;
        Cell[] perpetrators = [.. Extras.Perpetrators ?? []];
        Extras.Perpetrators = null;
        Extras.Cause = null;
        Extras.FailedMessage = null;
        SendToChildren(CellOp.Resume);
        return perpetrators;
    }

    private void ActivateIfFree()
    {
        if (_hold == CellHold.None)
        {
            Activate();
        }
    }

    private void SendToChildren(CellOp op)
    {
        if (_extras?.Children is { Count: > 0 } children)
        {
            foreach (Cell child in children.Snapshot())
            {
                _ = child.Send(op, this);
            }
        }
    }

    private void ChildFailed(Cell child, Exception cause, int incarnation)
    {
        if (_extras?.Children?.Contains(child) != true || child._incarnation != incarnation)
        {
            return;
        }

        if (_state != CellState.Running || !HasInstance)
        {
            // It shares the fate of its supervisor, which is being decided, but its exception must not be lost.
            Report($"Actor '{child.Path}' failed while its supervisor was {Describe()}", cause);
            return;
        }

        if (!TryDecide(child, cause, out SupervisorStrategy? strategy, out Directive directive))
        {
            return;
        }

        Cell[] affected = directive is Directive.Restart or Directive.Stop ? Affected(strategy, child) : [child];
        if (directive == Directive.Restart && child.Options.Restart == RestartType.Temporary)
        {
            directive = Directive.Stop;
            affected = [child];
        }
        else if (directive == Directive.Restart && !IsRestartAllowed(strategy, affected))
        {
            directive = strategy.OnExhausted == OnExhausted.Stop ? Directive.Stop : Directive.Escalate;
        }

        Announce(child, cause, directive, strategy.ReportFailures);
        Apply(directive, child, affected, cause, incarnation);
    }

    private void Apply(Directive directive, Cell child, Cell[] affected, Exception cause, int incarnation)
    {
        switch (directive)
        {
            case Directive.Resume:
                _ = child.Send(CellOp.ResumeFailed, this, null, incarnation);
                break;
            case Directive.Restart when affected.Length == 1:
                _ = child.Send(CellOp.Restart, this, new RestartOrder(cause, Group: null), incarnation);
                break;
            case Directive.Restart:
                var group = new RestartGroup(this, affected, child, cause);
                (Extras.Groups ??= []).Add(group);
                group.Begin();
                break;
            case Directive.Stop:
                StopFailed(affected);
                break;
            default:
                (Extras.Perpetrators ??= []).Add(child);
                Fail(cause, message: null);
                break;
        }
    }

    /// <summary>Asks the strategy. A decider that throws makes this node fail, and the child waits for what comes of that.</summary>
    private bool TryDecide(
        Cell child,
        Exception cause,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SupervisorStrategy? strategy,
        out Directive directive)
    {
        strategy = null;
        directive = Directive.Escalate;
        try
        {
            strategy = ChildStrategy;
            directive = strategy.Decider.Decide(cause);
            if (!Enum.IsDefined(directive))
            {
                throw new InvalidOperationException($"The decider of '{Path}' answered {directive}, which is no directive.");
            }

            return true;
        }
        catch (Exception failure)
        {
            Announce(child, cause, Directive.Escalate, report: true);
            (Extras.Perpetrators ??= []).Add(child);
            if (failure is FatalLoopException fatal)
            {
                _host.EndRun(fatal);
            }

            Fail(failure, message: null);
            return false;
        }
    }

    private void Announce(Cell child, Exception cause, Directive directive, bool report)
    {
        // What is escalated is reported where it is decided, once.
        if (report && directive != Directive.Escalate)
        {
            Report($"Actor '{child.Path}' failed: {directive}", cause);
        }

        _host.Notify(static (events, cell, what) => events.Failed(cell.Ref, what.cause, what.directive), child, (cause, directive));
    }

    /// <summary>Whom a decision about a child concerns, in the order of their start.</summary>
    private Cell[] Affected(SupervisorStrategy strategy, Cell child)
    {
        if (strategy is OneForOneStrategy)
        {
            return [child];
        }

        Cell[] all = Extras.Children!.Snapshot();
        return strategy is AllForOneStrategy ? all : all[Array.IndexOf(all, child)..];
    }

    private bool IsRestartAllowed(SupervisorStrategy strategy, Cell[] affected)
    {
        long now = Core.Clock.Ticks;
        return Array.TrueForAll(affected, child => (child.Extras.Stats ??= new ChildRestartStats()).RequestRestart(strategy, now));
    }

    /// <summary>What was to become of the children is overtaken by what becomes of this node.</summary>
    private void CancelGroups()
    {
        foreach (RestartGroup group in _extras?.Groups ?? [])
        {
            group.Cancel();
        }

        _extras?.Groups?.Clear();
    }

    /// <summary>A group has all its members on their way.</summary>
    public void GroupEnded(RestartGroup group) => _extras?.Groups?.Remove(group);

    private string Describe() => _state switch
    {
        CellState.Running => "waiting for a decision",
        CellState.Restarting or CellState.Waiting => "being restarted",
        _ => "stopping",
    };
}
