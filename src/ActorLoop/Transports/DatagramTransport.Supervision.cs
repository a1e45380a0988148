using System.Globalization;
using ActorLoop.Supervision;

namespace ActorLoop.Transports;

/// <summary>The endpoint as a node of the tree.</summary>
internal sealed partial class DatagramTransport : IPart
{
    private static readonly Action<object?> s_stop = static transport => ((DatagramTransport)transport!).Close();
    private static readonly Action<object?> s_kill = static transport => ((DatagramTransport)transport!).Abort();

    private PartSlot _node;
    private int _number;

    public ActorRef Actor => _node.NodeOf(this).Ref;

    string IPart.NodeName => "datagram-" + ((IPart)this).NodeUid.ToString(CultureInfo.InvariantCulture);

    // Numbered when somebody asks: most endpoints are the only one of their loop, and nobody does.
    long IPart.NodeUid
    {
        get
        {
            if (Volatile.Read(ref _number) == 0)
            {
                _ = Interlocked.CompareExchange(ref _number, _core.Loop.Tree.NextDatagramNumber(), 0);
            }

            return _number;
        }
    }

    string IPart.Summary => $"endpoint  {(_ended ? "closed" : _closing ? "closing" : "open")}";

    IPart? IPart.Whole => _core.Loop.Tree;

    void IPart.StopPart() => PartCall.Make(_core, s_stop, this);

    void IPart.KillPart() => PartCall.Make(_core, s_kill, this);
}
