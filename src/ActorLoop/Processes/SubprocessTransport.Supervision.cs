using System.Globalization;
using ActorLoop.Supervision;

namespace ActorLoop.Processes;

/// <content>The child as a node of the tree. Both ways of ending it are the close, which kills a child that has not ended.</content>
internal sealed partial class SubprocessTransport : IPart
{
    private static readonly Action<object?> s_stop = static transport => ((SubprocessTransport)transport!).Close();

    private PartSlot _node;
    private LazyNumber _number;

    public ActorRef Actor => _node.NodeOf(this).Ref;

    string IPart.NodeName => "process-" + _number.Of(_core.Loop.Tree).ToString(CultureInfo.InvariantCulture);

    long IPart.NodeUid => _number.Of(_core.Loop.Tree);

    IPart? IPart.Whole => _core.Loop.Tree;

    string IPart.Summary => $"process  {(_ended ? "closed" : _closing ? "closing" : "open")}";

    void IPart.StopPart() => PartCall.Make(_core, s_stop, this);

    void IPart.KillPart() => PartCall.Make(_core, s_stop, this);
}
