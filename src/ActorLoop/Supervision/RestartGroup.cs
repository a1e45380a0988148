namespace ActorLoop.Supervision;

/// <summary>
/// Children that are restarted together: they wind down in reverse order, one after the other, and start in order when the last is
/// done. Lives on the loop of their supervisor.
/// </summary>
internal sealed class RestartGroup(Cell owner, Cell[] members, Cell failed, Exception cause)
{
    private int _left = members.Length;
    private bool _isGoing;
    private bool _isWaiting;
    private TimerHandle? _delay;

    public Cell Owner => owner;

    public void Begin() => Go();

    /// <summary>A member is ready, or has ended.</summary>
    public void WoundDown(Cell member)
    {
        if (_left > 0 && _isWaiting && ReferenceEquals(members[_left - 1], member))
        {
            _isWaiting = false;
            // One that is done at once answers from inside the call, and the loop that made it goes on.
            if (!_isGoing)
            {
                _left--;
                Go();
            }
        }
    }

    /// <summary>The supervisor has other plans; what is wound down waits for what these are.</summary>
    public void Cancel()
    {
        _left = -1;
        _delay?.Cancel();
    }

    private void Go()
    {
        _isGoing = true;
        while (_left > 0)
        {
            WindDown(members[_left - 1]);
            if (_isWaiting)
            {
                break;
            }

            _left--;
        }

        _isGoing = false;
        if (_left == 0)
        {
            _left = -1;
            Finish();
        }
    }

    private void WindDown(Cell member)
    {
        if (member.IsTerminated)
        {
            return;
        }

        if (member.Options.Restart == RestartType.Temporary)
        {
            // Nobody starts it again, and nobody has to wait for it.
            owner.StopMember(member);
            return;
        }

        _isWaiting = true;
        if (!member.Send(CellOp.Restart, owner, new RestartOrder(cause, this), member.RestartCount))
        {
            _isWaiting = false;
        }
    }

    private void Finish()
    {
        if (!failed.TryBackoff(cause, out TimeSpan delay))
        {
            owner.StopMember(failed);
        }

        if (delay > TimeSpan.Zero)
        {
            _delay = owner.Core.CallLater(delay, static group => ((RestartGroup)group!).StartAll(), this);
        }
        else
        {
            StartAll();
        }
    }

    private void StartAll()
    {
        owner.GroupEnded(this);
        foreach (Cell member in members)
        {
            _ = member.Send(CellOp.FinishRestart, owner, this);
        }
    }
}
