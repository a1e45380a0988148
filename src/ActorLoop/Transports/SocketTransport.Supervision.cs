using System.Globalization;
using ActorLoop.Supervision;

namespace ActorLoop.Transports;

/// <summary>The connection as a node of the tree, and what becomes of it when its protocol fails.</summary>
internal sealed partial class SocketTransport : IPart
{
    private static readonly Action<object?> s_stop = static transport => ((SocketTransport)transport!).Outermost.Close();
    private static readonly Action<object?> s_kill = static transport => ((SocketTransport)transport!).Outermost.Abort();

    private readonly ConnectionSupervision? _supervision;
    private readonly int _number;
    private PartSlot _node;

    public ActorRef Actor => _node.NodeOf(this).Ref;

    public ConnectionSupervision? Supervision => _supervision;

    public bool CanStartOver => !_closing && !_eofSeen && !_eofWritten && _file is null;

    public bool IsProtocolPaused => _protocolPaused;

    string IPart.NodeName => _owner.ConnectionPrefix + _number.ToString(CultureInfo.InvariantCulture);

    long IPart.NodeUid => _number;

    IPart? IPart.Whole => _owner;

    string IPart.Summary =>
        $"connection  {(_ended ? "closed" : _closing ? "closing" : "open")}  {_remote}  buffered={WriteBufferSize}";

    public void EndBecauseOf(Exception failure) => ForceClose(failure);

    public void Escalate(Exception failure)
    {
        ForceClose(failure);
        _owner.Escalated(failure);
    }

    void IPart.StopPart() => PartCall.Make(_core, s_stop, this);

    void IPart.KillPart() => PartCall.Make(_core, s_kill, this);
}
