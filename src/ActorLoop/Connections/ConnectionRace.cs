using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;

namespace ActorLoop.Connections;

/// <summary>
/// Connects to the first of several addresses that answers, and is the one owner of every socket opened for it.
/// </summary>
/// <remarks>
/// The next attempt starts when the latest one has failed, or, with a delay (happy eyeballs, RFC 8305), that long after it was
/// started. One wins and is handed over, all others are closed in the same moment. Loop thread only.
/// </remarks>
internal sealed class ConnectionRace
{
    private readonly LoopCore _core;
    private readonly IRaceOwner _owner;
    private readonly StreamSockets _sockets;
    private readonly IReadOnlyList<IPEndPoint> _targets;
    private readonly TimeSpan? _delay;
    private readonly ExecutionContext? _context = DefaultContext.CaptureUnlessDefault();
    private readonly Exception?[] _failures;
    private readonly HashSet<ConnectionAttempt> _running = [];
    private ConnectionAttempt? _latest;
    private TimerHandle? _stagger;
    private int _started;
    private bool _over;

    public ConnectionRace(
        LoopCore core,
        IRaceOwner owner,
        IReadOnlyList<IPEndPoint> targets,
        IReadOnlyList<IPEndPoint>? locals,
        ProtocolType protocol,
        TimeSpan? delay)
    {
        _core = core;
        _owner = owner;
        _sockets = StreamSockets.Of(core);
        _targets = targets;
        _delay = delay;
        _failures = new Exception?[targets.Count];
        Locals = locals;
        Protocol = protocol;
    }

    public LoopCore Core => _core;

    /// <summary>What everything runs in that the race calls, also from its timer.</summary>
    public ExecutionContext? Context => _context;

    /// <summary>Addresses to bind to, of any family; null leaves it to the system.</summary>
    public IReadOnlyList<IPEndPoint>? Locals { get; }

    public ProtocolType Protocol { get; }

    public void Start() => StartNext();

    /// <summary>Closes everything that is open. The owner hears nothing any more.</summary>
    public void Cancel()
    {
        _over = true;
        _stagger?.Cancel();
        foreach (ConnectionAttempt attempt in _running)
        {
            attempt.Close();
        }

        _running.Clear();
    }

    public void AttemptConnected(ConnectionAttempt attempt)
    {
        // Before the losers are closed: this one is none of them.
        _running.Remove(attempt);
        Cancel();
        _owner.Connected(attempt.Release(), attempt.Target);
    }

    public void AttemptFailed(ConnectionAttempt attempt, Exception failure)
    {
        _running.Remove(attempt);
        Trace("gives up", attempt, failure);
        _failures[attempt.Number] = failure;
        if (attempt == _latest)
        {
            StartNext();
        }
        else
        {
            EndIfAllFailed();
        }
    }

    public void LoopClosing()
    {
        if (!_over)
        {
            Cancel();
            _owner.RaceClosed();
        }
    }

    private void StartNext()
    {
        _stagger?.Cancel();
        while (_started < _targets.Count)
        {
            ConnectionAttempt attempt = _sockets.NewAttempt(this, _started, _targets[_started]);
            _started++;
            _latest = attempt;
            _running.Add(attempt);
            Trace("begins", attempt);
            switch (attempt.Begin())
            {
                case AttemptState.Connected:
                    AttemptConnected(attempt);
                    return;
                case AttemptState.Pending:
                    StartNextLater();
                    return;
                default:
                    _running.Remove(attempt);
                    Trace("gives up", attempt, attempt.Failure);
                    _failures[attempt.Number] = attempt.Failure;
                    break;
            }
        }

        EndIfAllFailed();
    }

    private void StartNextLater()
    {
        if (_delay is { } delay && _started < _targets.Count)
        {
            _stagger = _core.Schedule(
                _core.DeadlineAfter(delay), static (object? race) => ((ConnectionRace)race!).StartNext(), this, _context);
        }
    }

    private void Trace(string what, ConnectionAttempt attempt, Exception? failure = null)
    {
        if (_core.Traces)
        {
            _core.Errors.Trace($"Loop '{_core.Name}' {what} {attempt}{(failure is null ? "" : $": {failure.Message}")}");
        }
    }

    private void EndIfAllFailed()
    {
        if (_started == _targets.Count && _running.Count == 0)
        {
            _over = true;
            _owner.AllFailed([.. _failures.Cast<Exception>()]);
        }
    }
}
