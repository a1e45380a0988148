using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Processes;

/// <summary>The end: the exit, the loss of the pipes, closing, and a loop that closes under a child.</summary>
internal sealed partial class SubprocessTransport
{
    private const int CollectedElsewhere = 255;

    private static readonly Action<object?> s_exited = static transport => ((SubprocessTransport)transport!).TellExit();
    private static readonly Action<object?> s_lost = static transport => ((SubprocessTransport)transport!).Lost();

    private bool _exitTold;
    private bool _lostScheduled;
    private bool _ended;

    /// <summary>The loop is being closed under a child that nobody ended: it is killed and collected at once.</summary>
    public void LoopClosing()
    {
        _error = new LoopClosedException(_core.Name);
        if (ReturnCode is null && !_closing)
        {
            _core.Errors.Report(new LoopExceptionContext("The loop was closed while a child process ran; it is killed.")
            {
                Kind = LoopErrorKind.ResourceLeak,
                Transport = this,
                Protocol = _protocol,
            });
        }

        End(_error);
        if (_registration is not null)
        {
            Exited(Reaper.TryCollect(_pidfd, out int code) ? code : Lingering());
        }
    }

    public void LoopDropped() => KillAndCollect();

    /// <summary>The child has exited.</summary>
    void IMessage.Run()
    {
        int result = Interop.Collect(_pidfd, wait: false, out int code);
        if (result > 0)
        {
            Exited(code);
        }
        else if (result < 0)
        {
            CollectedByOthers();
        }
    }

    void IPipeOwner.PipeEnded(PipeTransport pipe, Exception? exception)
    {
        _openPipes--;
        try
        {
            if (_made)
            {
                _protocol.PipeConnectionLost(Array.IndexOf(_pipes, pipe), exception);
            }
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(_protocol.PipeConnectionLost), failure);
        }
        finally
        {
            EndIfDone();
        }
    }

    private void CollectedByOthers()
    {
        if (_pidfd >= 0 && Interop.TryRecall(_pidfd, out int code))
        {
            Exited(code);
            return;
        }

        _core.Errors.Warn(
            $"Somebody else in this process has collected {this}: its return code is lost. Is SIGCHLD ignored, or waitpid(-1) called?");
        Exited(CollectedElsewhere);
    }

    private void Exited(int code)
    {
        ReturnCode = code;
        if (_registration is { } registration)
        {
            _registration = null;
            _core.Registrations.Remove(registration);
        }

        if (!_leadsGroup)
        {
            ForgetPidfd();
        }

        if (_core.IsOnLoop && _made && !_core.IsClosed)
        {
            TellExit();
        }
        else
        {
            _core.PostLocal(new Message(s_exited, this, _context));
        }
    }

    private void TellExit()
    {
        _exitTold = true;
        try
        {
            if (_made)
            {
                _protocol.ProcessExited();
            }
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(_protocol.ProcessExited), failure);
        }
        finally
        {
            EndIfDone();
        }
    }

    private void End(Exception? reason)
    {
        _closing = true;
        _error ??= reason;
        if (ReturnCode is null)
        {
            Send(Interop.Kill, _leadsGroup);
        }

        foreach (PipeTransport? pipe in _pipes)
        {
            pipe?.Abort();
        }
    }

    private void EndIfDone()
    {
        if (_exitTold && _openPipes == 0 && !_lostScheduled)
        {
            _closing = true;
            _lostScheduled = true;
            _core.PostLocal(new Message(s_lost, this, _context));
        }
    }

    private void Lost()
    {
        try
        {
            if (_made)
            {
                _protocol.ConnectionLost(_error);
            }
        }
        finally
        {
            _ended = true;
            ForgetPidfd();
        }
    }
}
