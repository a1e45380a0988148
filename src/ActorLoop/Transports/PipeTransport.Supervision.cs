using System.Globalization;
using ActorLoop.Supervision;

namespace ActorLoop.Transports;

/// <summary>The pipe as a node of the tree.</summary>
internal abstract partial class PipeTransport : IPart
{
    private static readonly Action<object?> s_stop = static transport => ((PipeTransport)transport!).Close();
    private static readonly Action<object?> s_kill = static transport => ((PipeTransport)transport!).Abort();

    private PartSlot _node;
    private LazyNumber _number;

    public ActorRef Actor => _node.NodeOf(this).Ref;

    string IPart.NodeName => "pipe-" + _number.Of(Core.Loop.Tree).ToString(CultureInfo.InvariantCulture);

    long IPart.NodeUid => _number.Of(Core.Loop.Tree);

    IPart? IPart.Whole => Core.Loop.Tree;

    string IPart.Summary => $"pipe  {(IsEnded ? "closed" : IsClosing ? "closing" : "open")}";

    void IPart.StopPart() => PartCall.Make(Core, s_stop, this);

    void IPart.KillPart() => PartCall.Make(Core, s_kill, this);
}
