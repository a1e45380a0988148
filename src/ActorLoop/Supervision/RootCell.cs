namespace ActorLoop.Supervision;

/// <summary>The supervisor of the actors that a loop spawned: the loop itself.</summary>
internal sealed class RootCell : Cell
{
    private readonly SupervisorStrategy _strategy;
    private List<TaskCompletionSource>? _waiters;

    public RootCell(LoopActors host, SupervisorStrategy strategy)
        : base(host, parent: null, host.Core.Name)
    {
        _strategy = strategy;
        BecomeRoot();
    }

    public override ActorOptions Options => ActorOptions.Default;

    public override string Kind => "loop";

    protected override bool HasInstance => true;

    protected override SupervisorStrategy ChildStrategy => _strategy;

    private protected override bool AcceptsChildren => !Core.IsClosed;

    /// <summary>Stops all children in order. Thread: any.</summary>
    public Task StopAllAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Action<object?> stop = _ => StopAll(done);
        return Core.TryPostSystem(new Scheduling.Message(stop)) ? done.Task : Task.CompletedTask;
    }

    /// <summary>Ends all children at once.</summary>
    public void GiveUpAll()
    {
        Cell[] children = ChildCells();
        for (int i = children.Length - 1; i >= 0; i--)
        {
            children[i].Handle(CellOp.GiveUp, this, null, 0);
        }

        ChildrenChanged();
    }

    private protected override void ChildrenChanged()
    {
        if (_waiters is { } waiters && KnownExtras?.Children?.LastMarked() is null)
        {
            _waiters = null;
            waiters.ForEach(waiter => waiter.TrySetResult());
        }
    }

    /// <summary>Nobody is above: the run of the loop ends, and whoever runs it decides.</summary>
    private protected override void FailToSupervisor(Exception cause)
    {
        Cell[] perpetrators = Forgive();
        foreach (Cell child in perpetrators)
        {
            StopMember(child);
        }

        Host.EndRun(new FatalLoopException($"The actors of loop '{Name}' failed: {cause.Message}", cause));
    }

    public override ActorRef Ref => throw new InvalidOperationException("A loop is no actor that could be referred to.");

    protected override void CreateInstance()
    {
    }

    protected override void DropInstance()
    {
    }

    protected override void PreStart()
    {
    }

    protected override void PostStop()
    {
    }

    protected override void PreRestart(Exception reason, object? message)
    {
    }

    protected override void PostRestart(Exception reason)
    {
    }

    protected override void Activate()
    {
    }

    private void StopAll(TaskCompletionSource done)
    {
        (_waiters ??= []).Add(done);
        KnownExtras?.Children?.MarkAll();
        StopMarkedChildren();
        ChildrenChanged();
    }
}
