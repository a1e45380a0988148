using System.Diagnostics;

namespace ActorLoop.Supervision;

/// <summary>
/// The node of a connection, a server, a loop or a group: it can be named, watched and ended, and receives nothing. Made when
/// somebody asks for it. Thread: any.
/// </summary>
/// <remarks>A part that nobody looks at costs one empty field: see <see cref="PartSlot"/>.</remarks>
[DebuggerDisplay("{Path,nq}")]
internal sealed class PartNode : Node
{
    private static readonly object s_ended = new();

    private readonly PartRef _ref;
    private IPart _part;

    // Nothing, the only watcher, all who wait for the end, or that it has come.
    private object? _waiting;

    public PartNode(IPart part)
    {
        _part = part;
        _ref = new PartRef(this);
        Uid = part.NodeUid;
    }

    public override string Name => _part.NodeName;

    public override string Path => _part is EndedPart ended ? ended.Path : PathOf(_part);

    public override EventLoop Loop => _part.Loop;

    public override bool IsTerminated => ReferenceEquals(Volatile.Read(ref _waiting), s_ended);

    public override ActorRef Ref => _ref;

    public override Task Termination
    {
        get
        {
            lock (_ref)
            {
                return IsTerminated ? Task.CompletedTask : Waiters().Termination;
            }
        }
    }

    public override void RequestStop()
    {
        if (!IsTerminated)
        {
            _part.StopPart();
        }
    }

    public override void RequestKill()
    {
        if (!IsTerminated)
        {
            _part.KillPart();
        }
    }

    public override bool WatchedBy(Cell watcher)
    {
        lock (_ref)
        {
            if (!IsTerminated)
            {
                if (_waiting is null)
                {
                    _waiting = watcher;
                }
                else
                {
                    Waiters().Watchers.Add(watcher);
                }

                return true;
            }
        }

        watcher.TellTerminated(this, existed: false, addressTerminated: false);
        return true;
    }

    public override void UnwatchedBy(Cell watcher)
    {
        lock (_ref)
        {
            if (ReferenceEquals(_waiting, watcher))
            {
                _waiting = null;
            }
            else
            {
                (_waiting as PartWaiters)?.Watchers.Remove(watcher);
            }
        }
    }

    /// <summary>The part has ended: whoever waits for that is told. Calling it again does nothing.</summary>
    /// <param name="withLoop">Whether it ended because its loop did.</param>
    public void End(bool withLoop)
    {
        object? waiting;
        lock (_ref)
        {
            if (IsTerminated)
            {
                return;
            }

            // A reference that somebody keeps must not keep the connection and its protocol.
            _part = new EndedPart(_part);
            waiting = _waiting;
            Volatile.Write(ref _waiting, s_ended);
        }

        if (waiting is Cell only)
        {
            only.TellTerminated(this, existed: true, withLoop);
        }
        else if (waiting is PartWaiters all)
        {
            foreach (Cell watcher in all.Watchers)
            {
                watcher.TellTerminated(this, existed: true, withLoop);
            }

            all.Complete();
        }
    }

    public static string PathOf(IPart part) => part.Whole is { } whole ? $"{PathOf(whole)}/{part.NodeName}" : part.NodeName;

    private PartWaiters Waiters()
    {
        if (_waiting is PartWaiters known)
        {
            return known;
        }

        var waiters = new PartWaiters();
        if (_waiting is Cell only)
        {
            waiters.Watchers.Add(only);
        }

        _waiting = waiters;
        return waiters;
    }

    /// <summary>Several who wait.</summary>
    private sealed class PartWaiters
    {
        private TaskCompletionSource? _ended;

        public HashSet<Cell> Watchers { get; } = [];

        public Task Termination =>
            (_ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void Complete() => _ended?.TrySetResult();
    }

    /// <summary>What is still known when the part is gone.</summary>
    private sealed class EndedPart(IPart part) : IPart
    {
        public string Path { get; } = PathOf(part);

        public EventLoop Loop { get; } = part.Loop;

        public string NodeName { get; } = part.NodeName;

        public long NodeUid => 0;

        public IPart? Whole => null;

        public string Summary => "ended";

        public void StopPart()
        {
        }

        public void KillPart()
        {
        }
    }
}
