using System.Diagnostics;
using System.Globalization;
using ActorLoop.Execution;

namespace ActorLoop.Supervision;

/// <summary>
/// A node of the tree: something with a name, a supervisor and a life. What it is, an actor or a connection, derived classes say.
/// </summary>
/// <remarks>
/// <para>
/// Everything a node decides happens on its own loop. A node tells another by <see cref="Send"/>: a plain call when both are on one
/// loop, so that a failure is dealt with before the message that caused it is over.
/// </para>
/// <para>
/// No user code runs inside a call of user code: what a hook or a message asks for, such as stopping a child, is only noted, and
/// done when it has returned.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
internal abstract partial class Cell : Node
{
    private readonly LoopActors _host;
    private readonly Cell? _parent;
    private string? _name;
    private CellExtras? _extras;
    private int _suspends;
    private int _incarnation;
    private volatile CellState _state;

    /// <summary>Why nothing is received now.</summary>
    private protected CellHold _hold = CellHold.NotRunning;

    private StopReason _stopReason;

    /// <param name="host">The loop it lives on.</param>
    /// <param name="parent">Its supervisor; null for the root.</param>
    /// <param name="name">Its name; null for one made of its number.</param>
    protected Cell(LoopActors host, Cell? parent, string? name)
    {
        _host = host;
        _parent = parent;
        _name = name;
        IsNamed = name is not null;
    }

    public LoopActors Host => _host;

    public LoopCore Core => _host.Core;

    public override EventLoop Loop => _host.Core.Loop;

    public Cell? Parent => _parent;

    /// <summary>Whether somebody chose the name.</summary>
    public bool IsNamed { get; }

    /// <summary>Counts the nodes without a name of their own.</summary>
    public long Number { get; set; }

    public override string Name => _name ??= NamePrefix + Number.ToString(CultureInfo.InvariantCulture);

    public override string Path => _parent is null ? Name : $"{_parent.Path}/{Name}";

    public CellState State => _state;

    public override bool IsTerminated => _state == CellState.Terminated;

    /// <summary>What is printed about the state.</summary>
    public string StateName => _state switch
    {
        CellState.Running when (_hold & CellHold.Failed) != 0 => "failed",
        CellState.Running when (_hold & CellHold.Suspended) != 0 => "suspended",
        CellState.Running when (_hold & CellHold.Busy) != 0 => "busy",
        CellState.New => "new",
        CellState.Running => "running",
        CellState.Restarting => "restarting",
        CellState.Waiting => "waiting",
        CellState.Stopping => "stopping",
        _ => "terminated",
    };

    public int RestartCount => _incarnation;

    /// <summary>Neighbors among the children of the supervisor, which links them.</summary>
    public Cell? Previous { get; set; }

    public Cell? Next { get; set; }

    public CellMarks Marks { get; set; }

    public abstract ActorOptions Options { get; }

    /// <summary>What waits to be received; for the printed tree.</summary>
    public virtual int MailboxDepth => 0;

    /// <summary>What is printed about the kind of node.</summary>
    public virtual string Kind => "actor";

    public ActorRef? ParentRef => _parent is null or RootCell ? null : _parent.Ref;

    /// <summary>Completed when the node has ended. Thread: any.</summary>
    public override Task Termination
    {
        get
        {
            if (IsTerminated)
            {
                return Task.CompletedTask;
            }

            CellExtras extras = Extras;
            lock (extras)
            {
                // Whoever ends the node looks for this after the state is set; asked after that, it is too late to be found.
                return IsTerminated
                    ? Task.CompletedTask
                    : (extras.Termination ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    /// <summary>Canceled when the node is about to stop or restart.</summary>
    public CancellationToken StoppingToken
    {
        get
        {
            CellExtras extras = Extras;
            if (extras.Stopping is null)
            {
                extras.Stopping = new CancellationTokenSource();
                if (_state is not (CellState.New or CellState.Running) || (_hold & CellHold.Doomed) != 0)
                {
                    extras.Stopping.Cancel();
                }
            }

            return extras.Stopping.Token;
        }
    }

    /// <summary>Begins the names of nodes that nobody named. No given name contains a dollar sign.</summary>
    protected virtual string NamePrefix => "$";

    protected abstract bool HasInstance { get; }

    /// <summary>What is done about children that fail.</summary>
    protected abstract SupervisorStrategy ChildStrategy { get; }

    protected CellExtras Extras => _extras ?? Interlocked.CompareExchange(ref _extras, new CellExtras(), null) ?? _extras;

    /// <summary>What there is, without making it.</summary>
    protected CellExtras? KnownExtras => _extras;

    public override string ToString() => $"{Path}#{Uid} ({_state})";

    /// <summary>Makes the instance. May throw.</summary>
    protected abstract void CreateInstance();

    protected abstract void DropInstance();

    protected abstract void PreStart();

    protected abstract void PostStop();

    protected abstract void PreRestart(Exception reason, object? message);

    protected abstract void PostRestart(Exception reason);

    /// <summary>Nothing holds the node back any more: it may receive what waits.</summary>
    protected abstract void Activate();

    /// <summary>The instance goes: nothing it started may arrive any more.</summary>
    protected virtual void InstanceEnding()
    {
    }

    /// <summary>What is being handled will not be waited for.</summary>
    protected virtual void AbandonReceive() => _hold &= ~CellHold.Busy;

    /// <summary>The node has ended: what waits counts as dead letters, and so does what still comes.</summary>
    protected virtual void DropMailbox()
    {
    }

    /// <summary>Somebody this node watches has ended.</summary>
    /// <param name="target">Who.</param>
    /// <param name="existed">Whether it was alive when the watching began.</param>
    /// <param name="addressTerminated">Whether its whole loop was closed.</param>
    protected virtual void WatchedTerminated(Node target, bool existed, bool addressTerminated)
    {
    }

    /// <summary>The root works from the beginning, and without an instance of its own.</summary>
    private protected void BecomeRoot()
    {
        _state = CellState.Running;
        _hold = CellHold.None;
    }

    /// <summary>Calls a hook; gives back what it threw.</summary>
    private Exception? Try(CellHook hook, Exception? reason = null, object? message = null)
    {
        Cell? outer = _host.Current;
        _host.Current = this;
        try
        {
            switch (hook)
            {
                case CellHook.PreStart:
                    CreateInstance();
                    PreStart();
                    break;
                case CellHook.PostRestart:
                    CreateInstance();
                    PostRestart(reason!);
                    break;
                case CellHook.PreRestart:
                    PreRestart(reason!, message);
                    break;
                default:
                    PostStop();
                    break;
            }

            return null;
        }
        catch (Exception failure)
        {
            // Half of a transition must not be skipped because a hook ends the run: the run ends after it.
            if (failure is FatalLoopException fatal)
            {
                _host.EndRun(fatal);
            }

            return failure;
        }
        finally
        {
            _host.Current = outer;
            _host.EndStep();
        }
    }
}
