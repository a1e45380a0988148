using System.Runtime.CompilerServices;
using ActorLoop.Scheduling;

namespace ActorLoop.Supervision;

/// <content>What nodes tell each other.</content>
internal abstract partial class Cell
{
    /// <summary>Flag of <see cref="CellOp.WatchedTerminated"/>: it had ended before it was watched.</summary>
    private protected const int NeverExisted = 1;

    /// <summary>Flag of <see cref="CellOp.WatchedTerminated"/>: its loop was closed.</summary>
    private protected const int AddressTerminated = 2;

    private static readonly Action<object?> s_start = static cell => ((Cell)cell!).Start();
    private static readonly Action<object?> s_stop = static cell => ((Cell)cell!).BeginStop(StopReason.Ordered);
    private static readonly Action<object?> s_stopSelf = static cell => ((Cell)cell!).BeginStop(StopReason.Self);
    private static readonly Action<object?> s_kill = static cell => ((Cell)cell!).KillNow();

    /// <summary>Ends the node, told by anybody. Thread: any.</summary>
    public override void RequestStop()
    {
        if (IsTerminated)
        {
            return;
        }

        if (Core.IsOnLoop)
        {
            _hold |= CellHold.Doomed;
            Core.PostLocal(new Message(s_stop, this));
        }
        else
        {
            _ = Send(CellOp.Stop, from: null, number: (int)StopReason.Ordered);
        }
    }

    /// <summary>Makes the node fail. Thread: any.</summary>
    public override void RequestKill()
    {
        if (IsTerminated)
        {
            return;
        }

        if (Core.IsOnLoop)
        {
            _hold |= CellHold.Doomed;
            Core.PostLocal(new Message(s_kill, this));
        }
        else
        {
            _ = Send(CellOp.Kill, from: null);
        }
    }

    /// <summary>Ends the node by its own will.</summary>
    public void StopSelf()
    {
        if (_state is CellState.New or CellState.Running)
        {
            _hold |= CellHold.Doomed;
            Core.PostLocal(new Message(s_stopSelf, this));
        }
    }

    /// <summary>Queues the start. False: the loop is closed.</summary>
    public bool PostStart()
    {
        if (!Core.IsOnLoop)
        {
            return Core.TryPostSystem(new Message(s_start, this));
        }

        Core.PostLocal(new Message(s_start, this));
        return true;
    }

    /// <summary>Tells this node something, from whatever thread. False: its loop is closed.</summary>
    /// <param name="op">What.</param>
    /// <param name="from">Who tells it.</param>
    /// <param name="argument">Depends on what.</param>
    /// <param name="number">Depends on what: the number of the restart it is about, a reason, or flags.</param>
    public bool Send(CellOp op, Cell? from, object? argument = null, int number = 0)
    {
        // A deep tree must not fill the stack: what does not fit becomes a message, as it is between loops.
        if (Core.IsOnLoop && RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            Handle(op, from, argument, number);
            return true;
        }

        return Core.TryPostSystem(new Message(new SystemMessage(this, op, from, argument, number)));
    }

    /// <summary>Does what it was told. Loop thread only.</summary>
    public void Handle(CellOp op, Cell? from, object? argument, int number)
    {
        switch (op)
        {
            case CellOp.Start:
                Start();
                break;
            case CellOp.Stop:
                BeginStop((StopReason)number);
                break;
            case CellOp.GiveUp:
                GiveUp();
                break;
            case CellOp.Kill:
                KillNow();
                break;
            case CellOp.Suspend:
                Suspend();
                break;
            case CellOp.Resume:
                Resume();
                break;
            case CellOp.ResumeFailed:
                ResumeFailed(number);
                break;
            case CellOp.Restart:
                BeginRestart((RestartOrder)argument!, number);
                break;
            case CellOp.FinishRestart:
                FinishRestart((RestartGroup?)argument);
                break;
            case CellOp.ChildFailed:
                ChildFailed(from!, (Exception)argument!, number);
                break;
            case CellOp.ChildExited:
                ChildExited(from!);
                break;
            case CellOp.ChildTerminated:
                ChildTerminated(from!, (StopReason)number);
                break;
            case CellOp.ChildWoundDown:
                ((RestartGroup)argument!).WoundDown(from!);
                break;
            case CellOp.Watch:
                AddWatcher(from!);
                break;
            case CellOp.Unwatch:
                _ = _extras?.Watchers?.Remove(from!);
                break;
            case CellOp.WatchedTerminated:
                WatchedTerminated(from!, (number & NeverExisted) == 0, (number & AddressTerminated) != 0);
                break;
        }
    }

    private void KillNow()
    {
        _hold &= ~CellHold.Doomed;
        if (_state is CellState.New or CellState.Running)
        {
            Fail(new ChildKilledException($"Actor '{Path}' was killed."), message: null);
        }
    }
}
