namespace ActorLoop.Supervision;

/// <content>Children: starting them, stopping them in order, and what their end means.</content>
internal abstract partial class Cell
{
    /// <summary>Whether the supervisor may get children now.</summary>
    private protected virtual bool AcceptsChildren => _state is CellState.New or CellState.Running;

    /// <summary>A child is gone, and nothing is being stopped any more in this call.</summary>
    private protected virtual void ChildrenChanged()
    {
    }

    public IReadOnlyCollection<ActorRef> ChildRefs() =>
        _extras?.Children is { } children ? Array.ConvertAll(children.Snapshot(), child => child.Ref) : [];

    /// <summary>Children at this moment. Thread: any.</summary>
    public Cell[] ChildCells() => _extras?.Children?.Snapshot() ?? [];

    public ActorRef<T> Spawn<T>(Func<Actor<T>> factory, string? name, ActorOptions? options, EventLoop? loop)
    {
        ArgumentNullException.ThrowIfNull(factory);
        CheckName(name);
        LoopActors host = loop?.Actors ?? _host;
        host.Core.ThrowIfClosed();
        var cell = new ActorCell<T>(host, this, name, factory, options ?? ActorOptions.Default);
        Adopt(cell, name);
        return cell.TypedRef;
    }

    /// <summary>Puts a new node under this one and starts it.</summary>
    /// <param name="child">The node.</param>
    /// <param name="name">The name somebody chose for it, for the message of the exception.</param>
    public void Adopt(Cell child, string? name = null)
    {
        Link(child, name);
        if (!child.PostStart())
        {
            child._host.Removed(child);
            _ = Extras.Children!.Remove(child);
            throw new LoopClosedException(child.Core.Name);
        }
    }

    /// <summary>Puts a node of this loop under this one that needs no start: it works already.</summary>
    public void AdoptRunning(Cell child)
    {
        Link(child, name: null);
        child._state = CellState.Running;
        child._hold &= ~CellHold.NotRunning;
        _host.Notify<object?>(static (events, cell, _) => events.Started(cell.Ref), child, null);
    }

    private void Link(Cell child, string? name)
    {
        if (!AcceptsChildren)
        {
            Core.ThrowIfClosed();
            throw new InvalidOperationException($"Actor '{Path}' is stopping or being restarted and starts no children.");
        }

        CellExtras extras = Extras;
        CellChildren children = extras.Children
            ?? Interlocked.CompareExchange(ref extras.Children, new CellChildren(), null)
            ?? extras.Children;
        if (!children.TryAdd(child))
        {
            throw new ArgumentException($"'{Path}' has a living child named '{child.Name}'.", nameof(name));
        }

        child._suspends = _suspends + ((_hold & CellHold.Failed) != 0 ? 1 : 0);
        child._hold |= child._suspends > 0 ? CellHold.Suspended : CellHold.None;
        child._host.Added(child);
    }

    public bool TryFindChild(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Cell? child)
    {
        child = null;
        return _extras?.Children?.TryFind(name, out child) == true;
    }

    /// <summary>Stops one child, told by the user.</summary>
    public void StopChild(Node node)
    {
        if (node is not Cell child || !ReferenceEquals(child._parent, this))
        {
            throw new ArgumentException($"'{node.Path}' is no child of '{Path}'.", "child");
        }

        child.RequestStop();
    }

    /// <summary>Stops all children, told by the user.</summary>
    public void StopChildren()
    {
        Cell[] all = ChildCells();
        if (_state == CellState.Restarting)
        {
            // In PreRestart: the engine stops them in order when the hook is over.
            _extras!.Children?.MarkAll();
            return;
        }

        for (int i = all.Length - 1; i >= 0; i--)
        {
            all[i].RequestStop();
        }
    }

    /// <summary>Stops a child at once, as part of a decision.</summary>
    public void StopMember(Cell child)
    {
        child.Marks |= CellMarks.ToStop | CellMarks.Failing;
        StopMarkedChildren();
    }

    private protected static void CheckName(string? name)
    {
        if (name is not null && (name.Length == 0 || name[0] == '$' || name.AsSpan().ContainsAny('/', '#')))
        {
            throw new ArgumentException(
                $"The name of an actor is not empty, does not begin with a dollar sign and contains no '/' or '#': '{name}'.",
                nameof(name));
        }
    }

    private void StopFailed(Cell[] affected)
    {
        foreach (Cell child in affected)
        {
            child.Marks |= CellMarks.ToStop | CellMarks.Failing;
        }

        StopMarkedChildren();
    }

    /// <summary>Stops those that are marked, the last first, each when the one before has ended.</summary>
    private protected void StopMarkedChildren()
    {
        if (_extras is not { Children: { } children, IsStoppingChildren: false } extras)
        {
            return;
        }

        extras.IsStoppingChildren = true;
        try
        {
            while (children.LastMarked() is { } child)
            {
                if ((child.Marks & CellMarks.StopSent) != 0)
                {
                    return;
                }

                child.Marks |= CellMarks.StopSent;
                StopReason reason = (child.Marks & CellMarks.Failing) != 0 ? StopReason.Failed : StopReason.Ordered;
                if (!child.Send(CellOp.Stop, this, null, (int)reason))
                {
                    // Its loop is closed, and it with it.
                    _ = children.Remove(child);
                }
            }
        }
        finally
        {
            extras.IsStoppingChildren = false;
        }
    }

    private void ChildTerminated(Cell child, StopReason reason)
    {
        if (_extras?.Children?.Remove(child) != true)
        {
            return;
        }

        foreach (RestartGroup group in _extras.Groups?.ToArray() ?? [])
        {
            group.WoundDown(child);
        }

        if (reason != StopReason.Ordered && child.Options.Significant)
        {
            SignificantEnded();
        }

        if (!_extras.IsStoppingChildren)
        {
            Continue();
            ChildrenChanged();
        }
    }

    private void SignificantEnded()
    {
        if (_state != CellState.Running || Options.AutoShutdown == AutoShutdown.Never)
        {
            return;
        }

        if (Options.AutoShutdown == AutoShutdown.AnySignificant || !Array.Exists(ChildCells(), child => child.Options.Significant))
        {
            StopSelf();
        }
    }

    /// <summary>A permanent child has ended by itself and wants another life.</summary>
    private void ChildExited(Cell child)
    {
        if (_extras?.Children?.Contains(child) != true || _state != CellState.Running)
        {
            _ = child.Send(CellOp.Stop, this, null, (int)StopReason.Ordered);
            return;
        }

        SupervisorStrategy strategy = ChildStrategy;
        Cell[] affected = Affected(strategy, child);
        var exited = new ActorTerminatedException($"Permanent actor '{child.Path}' ended by itself.");
        if (IsRestartAllowed(strategy, affected))
        {
            Apply(Directive.Restart, child, affected, exited, child._incarnation);
        }
        else
        {
            Apply(
                strategy.OnExhausted == OnExhausted.Stop ? Directive.Stop : Directive.Escalate,
                child,
                affected,
                exited,
                child._incarnation);
        }
    }
}
