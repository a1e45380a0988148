using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Supervision;

/// <summary>
/// One loop as a node of the tree: knows its servers, and owns the connections that no server accepted.
/// </summary>
internal sealed class LoopTree : ITransportOwner
{
    private static long s_lastUid;

    private readonly LoopCore _core;
    private readonly List<IPart> _servers = [];
    private readonly HashSet<StreamTransport> _clients = [];
    private readonly long _uid = Interlocked.Increment(ref s_lastUid);
    private PartSlot _node;
    private int _lastNumber;
    private int _lastServer;
    private int _lastPart;

    public LoopTree(LoopCore core)
    {
        _core = core;
        core.Closed += Ended;
        if (core.IsClosed)
        {
            Ended();
        }
    }

    public EventLoop Loop => _core.Loop;

    public string ConnectionPrefix => "client-";

    /// <summary>The group the loop belongs to, if any; its name is in the name of the loop already.</summary>
    public IPart? Whole => null;

    public ActorRef Actor => _node.NodeOf(this).Ref;

    string IPart.NodeName => _core.Name;

    long IPart.NodeUid => _uid;

    /// <summary>Servers of this loop that have not ended, in the order they were made. Thread: any.</summary>
    public IPart[] Servers()
    {
        lock (_servers)
        {
            return [.. _servers];
        }
    }

    /// <summary>Adds a server; gives back its uid. Thread: any.</summary>
    public int Add(IPart server)
    {
        lock (_servers)
        {
            _servers.Add(server);
            return ++_lastServer;
        }
    }

    public void Remove(IPart server)
    {
        lock (_servers)
        {
            _servers.Remove(server);
        }
    }

    public int NextNumber() => ++_lastNumber;

    /// <summary>The number of the next endpoint, pipe or child process that is named. Thread: any.</summary>
    public int NextPartNumber() => Interlocked.Increment(ref _lastPart);

    public void TransportStarted(StreamTransport transport)
    {
        lock (_clients)
        {
            _clients.Add(transport);
        }
    }

    public void TransportEnded(StreamTransport transport)
    {
        lock (_clients)
        {
            _clients.Remove(transport);
        }
    }

    string IPart.Summary => _core.IsClosed ? "closed" : _core.IsRunning ? "running" : "idle";

    /// <summary>Its servers, all of them, and some of its connections to elsewhere.</summary>
    (IReadOnlyList<IPart> Some, int Count) IPart.Parts(int max)
    {
        IPart[] servers = Servers();
        lock (_clients)
        {
            return ([.. servers, .. _clients.Take(max)], servers.Length + _clients.Count);
        }
    }

    /// <summary>Nobody is above: the run of the loop ends, and who runs it decides.</summary>
    public void Escalated(Exception failure) => EndRun(
        new FatalLoopException($"A failure was escalated to loop '{_core.Name}': {failure.Message}", failure));

    public void StopPart() => _core.Stop();

    public void KillPart() => EndRun(new FatalLoopException(
        $"Loop '{_core.Name}' was killed.", new ChildKilledException($"Loop '{_core.Name}' was killed.")));

    // In a message of its own, so that whatever is being done is not left half done.
    private void EndRun(FatalLoopException fatal) =>
        _ = _core.TryPost(new Scheduling.Message((Action)(() => throw fatal)));

    private void Ended() => _node.End(withLoop: true);
}
