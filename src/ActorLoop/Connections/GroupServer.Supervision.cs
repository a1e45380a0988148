using ActorLoop.Supervision;

namespace ActorLoop.Connections;

/// <content>The server over a group as a node of the tree.</content>
internal sealed partial class GroupServer : IPart
{
    private static int s_lastUid;

    private readonly IPart _group;
    private readonly string _name;
    private readonly Task _ended;
    private readonly int _uid = Interlocked.Increment(ref s_lastUid);
    private PartSlot _node;

    public override ActorRef Actor => _node.NodeOf(this).Ref;

    string IPart.NodeName => _name;

    long IPart.NodeUid => _uid;

    IPart? IPart.Whole => _group;

    void IPart.StopPart()
    {
        Close();
        CloseClients();
    }

    void IPart.KillPart()
    {
        Close();
        AbortClients();
    }

    private async Task EndAsync()
    {
        SocketServer[] members;
        do
        {
            // The member of a loop that ends is replaced before it ends itself.
            members = _members;
            await Task.WhenAll(members.Select(member => member.WaitClosedAsync())).ConfigureAwait(false);
        }
        while (members != _members);

        _node.End(withLoop: false);
    }
}
