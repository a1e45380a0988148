using ActorLoop.Execution;
using ActorLoop.Scheduling;
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

    private readonly int _uid;
    private PartSlot _node;
    private int _lastNumber;

    public override ActorRef Actor => _node.NodeOf(this).Ref;

    public string ConnectionPrefix => "conn-";

    string IPart.NodeName => _name;

    long IPart.NodeUid => _uid;

    IPart? IPart.Whole => _core.Loop.Tree;

    public int NextNumber() => ++_lastNumber;

    void IPart.StopPart() => PartCall.Make(_core, s_stop, this);

    void IPart.KillPart() => PartCall.Make(_core, s_kill, this);

    public void Escalated(Exception failure)
    {
    }
}
