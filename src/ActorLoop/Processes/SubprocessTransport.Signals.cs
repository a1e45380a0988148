using System.Runtime.InteropServices;
using ActorLoop.Signals;
using ActorLoop.Transports;

namespace ActorLoop.Processes;

/// <summary>Signals, and the end of the descriptor they go through: never by number to a child that was collected.</summary>
internal sealed partial class SubprocessTransport
{
    private const int NotPermitted = 1;
    private const int NoSuchProcess = 3;

    public void SendSignal(PosixSignal signal, bool wholeGroup = false) => SendSignal(SignalNumbers.ToLinux(signal), wholeGroup);

    public void SendSignal(int number, bool wholeGroup = false)
    {
        VerifyThread();
        if (number is < 1 or > Interop.LastSignal)
        {
            throw new ArgumentOutOfRangeException(nameof(number), number, $"A signal number lies between 1 and {Interop.LastSignal}.");
        }

        if (_ended)
        {
            throw new InvalidOperationException($"The transport has ended: {this}.");
        }

        if (wholeGroup && !_leadsGroup)
        {
            throw new InvalidOperationException(
                $"The child leads no process group; start it with ProcessGroup = 0 or NewSession. {this}");
        }

        if (Send(number, wholeGroup) == NotPermitted)
        {
            throw new UnauthorizedAccessException($"Signal {number} was refused: the child runs as somebody else. {this}");
        }
    }

    public void Terminate(bool wholeGroup = false) => SendSignal(Interop.Terminate, wholeGroup);

    public void Kill(bool wholeGroup = false) => SendSignal(Interop.Kill, wholeGroup);

    /// <summary>The error, or 0; that there is nobody any more is none.</summary>
    private int Send(int signal, bool wholeGroup)
    {
        if (_pidfd < 0 || (ReturnCode is not null && !wholeGroup) || Interop.SendSignal(_pidfd, signal, wholeGroup) == 0)
        {
            return 0;
        }

        int error = SocketErrors.Last();
        if (error == SocketErrors.InvalidArgument && wholeGroup && ReturnCode is null)
        {
            // Before Linux 6.9 a pidfd does not reach a group. A child that was not collected keeps its number, and its group's.
            error = Interop.SendSignal(-ProcessId, signal) == 0 ? 0 : SocketErrors.Last();
        }

        return error is NoSuchProcess or SocketErrors.InvalidArgument ? 0 : error;
    }

    private void ForgetPidfd()
    {
        if (_pidfd >= 0)
        {
            _ = Transports.Interop.Close(_pidfd);
            _pidfd = -1;
        }
    }

    /// <summary>A killed child that does not go away: somebody else will collect it, whenever it does.</summary>
    private int Lingering()
    {
        int pidfd = _pidfd;
        _core.Registrations.Remove(_registration!);
        _registration = null;
        _pidfd = -1;
        Reaper.CollectLater(pidfd);
        return -Interop.Kill;
    }

    /// <summary>For a child that nobody will hear of: its start failed, or its loop was dropped.</summary>
    private void KillAndCollect()
    {
        if (_pidfd < 0 || ReturnCode is not null)
        {
            return;
        }

        _ = Send(Interop.Kill, _leadsGroup);
        if (_registration is { } registration)
        {
            _registration = null;
            if (!_core.IsClosed)
            {
                _core.Registrations.Remove(registration);
            }
        }

        Reaper.CollectLater(_pidfd);
        _pidfd = -1;
    }
}
