using System.Globalization;
using ActorLoop.Supervision;

namespace ActorLoop.Transports;

/// <summary>The connection as a node of the tree, and what becomes of it when its protocol fails.</summary>
internal abstract partial class StreamTransport : IPart
{
    private static readonly Action<object?> s_stop = static transport => ((StreamTransport)transport!).Outermost.Close();
    private static readonly Action<object?> s_kill = static transport => ((StreamTransport)transport!).Outermost.Abort();

    private readonly ConnectionSupervision? _supervision;
    private readonly int _number;
    private PartSlot _node;

    public ActorRef Actor => _node.NodeOf(this).Ref;

    public ConnectionSupervision? Supervision => _supervision;

    public bool CanStartOver => !IsClosing && !EofSeen && !EofWritten && File is null;

    public bool IsProtocolPaused => _protocolPaused;

    string IPart.NodeName => _owner.ConnectionPrefix + _number.ToString(CultureInfo.InvariantCulture);

    long IPart.NodeUid => _number;

    IPart? IPart.Whole => _owner;

    string IPart.Summary =>
        $"connection  {(_ended ? "closed" : IsClosing ? "closing" : "open")}  {_remote}  buffered={WriteBufferSize}";

    public void EndBecauseOf(Exception failure) => ForceClose(failure);

    public void Escalate(Exception failure)
    {
        ForceClose(failure);
        _owner.Escalated(failure);
    }

    void IPart.StopPart() => PartCall.Make(Core, s_stop, this);

    void IPart.KillPart() => PartCall.Make(Core, s_kill, this);
}
