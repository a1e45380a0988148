using System.Globalization;
using ActorLoop.Supervision;

namespace ActorLoop.Transports;

/// <summary>The endpoint as a node of the tree.</summary>
internal sealed partial class DatagramTransport : IPart
{
    private static readonly Action<object?> s_stop = static transport => ((DatagramTransport)transport!).Close();
    private static readonly Action<object?> s_kill = static transport => ((DatagramTransport)transport!).Abort();

    private PartSlot _node;
    private LazyNumber _number;

    public ActorRef Actor => _node.NodeOf(this).Ref;

    string IPart.NodeName => "datagram-" + _number.Of(_core.Loop.Tree).ToString(CultureInfo.InvariantCulture);

    long IPart.NodeUid => _number.Of(_core.Loop.Tree);

    string IPart.Summary => $"endpoint  {(_ended ? "closed" : _closing ? "closing" : "open")}";

    IPart? IPart.Whole => _core.Loop.Tree;

    void IPart.StopPart() => PartCall.Make(_core, s_stop, this);

    void IPart.KillPart() => PartCall.Make(_core, s_kill, this);
}
