using ActorLoop.Supervision;

namespace ActorLoop.Connections;

/// <content>The server as a node of the tree, and what becomes of it when accepting fails.</content>
internal sealed partial class SocketServer
{
    private static readonly Action<object?> s_stop = static server =>
    {
        ((SocketServer)server!).CloseNow();
        ((SocketServer)server).ForEachClient(static client => client.Close());
    };

    private static readonly Action<object?> s_kill = static server =>
    {
        ((SocketServer)server!).CloseNow();
        ((SocketServer)server).ForEachClient(static client => client.Abort());
    };

    private readonly SupervisorStrategy _strategy;
    private readonly int _uid;
    private ChildRestartStats? _restarts;
    private PartSlot _node;
    private int _lastNumber;

    public override ActorRef Actor => _node.NodeOf(this).Ref;

    public string ConnectionPrefix => "conn-";

    /// <summary>Whether the calling thread is that of its loop.</summary>
    public bool IsOnLoop => _core.IsOnLoop;

    /// <summary>How often it began to accept anew. Thread: any.</summary>
    public int RestartCount { get; private set; }

    string IPart.NodeName => _name;

    long IPart.NodeUid => _uid;

    IPart? IPart.Whole => _core.Loop.Tree;

    string IPart.Summary => $"server  {(_state == ServerState.Closed ? "closing" : IsServing ? "serving" : "bound")}"
        + $"  {string.Join(" ", _endPoints.Select(endPoint => endPoint.ToString()))}"
        + $"  connections={ConnectionCount} accepted={AcceptedCount} restarts={RestartCount}";

    public int NextNumber() => ++_lastNumber;

    (IReadOnlyList<IPart> Some, int Count) IPart.Parts(int max)
    {
        lock (_clients)
        {
            return ([.. _clients.Take(max)], _clients.Count);
        }
    }

    void IPart.StopPart() => PartCall.Make(_core, s_stop, this);

    void IPart.KillPart() => PartCall.Make(_core, s_kill, this);

    /// <summary>Accepting failed for good, or a connection wants the server to fail with it. Loop thread only.</summary>
    public void Escalated(Exception failure)
    {
        if (_state == ServerState.Closed)
        {
            return;
        }

        Directive directive = Decide(ref failure);
        if (directive == Directive.Restart && !(_restarts ??= new ChildRestartStats()).RequestRestart(_strategy, _core.Clock.Ticks))
        {
            directive = _strategy.OnExhausted == OnExhausted.Escalate ? Directive.Escalate : Directive.Stop;
        }

        if (_strategy.ReportFailures)
        {
            Report($"{this} failed: {directive}", failure);
        }

        switch (directive)
        {
            case Directive.Resume:
                break;
            case Directive.Restart:
                RestartListeners();
                break;
            case Directive.Escalate:
                // Nothing is accepted meanwhile: the loop is about to end, and its successor takes over what waits.
                _listeners.ForEach(listener => listener.Hold());
                _core.Loop.Tree.Escalated(failure);
                break;
            default:
                CloseNow();
                break;
        }
    }

    private Directive Decide(ref Exception failure)
    {
        try
        {
            Directive directive = _strategy.Decider.Decide(failure);
            return Enum.IsDefined(directive)
                ? directive
                : throw new InvalidOperationException($"The decider of {this} answered {directive}, which is no directive.");
        }
        catch (Exception broken) when (broken is not FatalLoopException)
        {
            failure = new AggregateException("A server failed, and so did the decider of its strategy.", broken, failure);
            return Directive.Escalate;
        }
    }

    private void RestartListeners()
    {
        RestartCount++;
        try
        {
            if (_state == ServerState.Serving)
            {
                _listeners.ForEach(listener => listener.Restart(_backlog));
            }
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            // Counts as the next failure, so that it cannot go on for ever.
            Escalated(failure);
        }
    }

    private void Report(string what, Exception failure) => _core.Errors.Report(new LoopExceptionContext(what)
    {
        Kind = LoopErrorKind.Actor,
        Exception = failure,
    });
}
