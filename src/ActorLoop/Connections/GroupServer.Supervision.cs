using ActorLoop.Execution;
using ActorLoop.Supervision;

namespace ActorLoop.Connections;

/// <content>The server over a group as a node of the tree, and what becomes of it when a loop of the group ends.</content>
internal sealed partial class GroupServer : IPart
{
    private static int s_lastUid;

    private readonly ServerSpec _spec;
    private readonly Task _ended;
    private readonly int _uid = Interlocked.Increment(ref s_lastUid);
    private PartSlot _node;
    private long _acceptedBefore;

    public override ActorRef Actor => _node.NodeOf(this).Ref;

    string IPart.NodeName => _spec.Options.Name!;

    long IPart.NodeUid => _uid;

    string IPart.Summary =>
        $"server over {_members.Length} loops  {string.Join(" ", EndPoints.Select(endPoint => endPoint.ToString()))}"
        + $"  connections={ConnectionCount} accepted={AcceptedCount}";

    IPart? IPart.Whole => _spec.Group;

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

    /// <summary>
    /// The run of a loop has ended by a failure: its listening sockets, with whoever waits in their queues, go to the loop that takes
    /// its place, or to one of the others.
    /// </summary>
    /// <param name="dead">The loop; the calling thread is its own.</param>
    /// <param name="fresh">The loop in its place; null if there is none.</param>
    public void LoopFailed(LoopCore dead, LoopCore? fresh)
    {
        SocketServer? heir;
        lock (_gate)
        {
            SocketServer[] members = _members;
            int index = Array.FindIndex(members, member => member.Loop.Core == dead);
            if (index < 0 || _closed)
            {
                // Closed servers end with their loops.
                return;
            }

            SocketServer old = members[index];
            bool wasServing = old.IsServing;
            List<ListeningSocket> sockets = old.Retire();
            heir = fresh is null ? null : _spec.Create(fresh, sockets);
            SocketServer[] left = [.. members[..index], .. heir is null ? [] : new[] { heir }, .. members[(index + 1)..]];
            _spec.Sink?.SetMembers(left);
            Interlocked.Add(ref _acceptedBefore, old.AcceptedCount);
            if (left.Length > 0)
            {
                _members = left;
            }

            if (heir is null && left.Length > 0)
            {
                left[0].Adopt(sockets);
            }
            else if (heir is null)
            {
                sockets.ForEach(socket => socket.Close());
            }

            heir = wasServing ? heir : null;
        }

        if (heir is not null)
        {
            _ = StartAsync(heir);
        }
    }

    private static async Task StartAsync(SocketServer heir)
    {
        try
        {
            await heir.StartServingAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            heir.Loop.CallExceptionHandler(new LoopExceptionContext($"{heir} could not go on on a new loop")
            {
                Kind = LoopErrorKind.Actor,
                Exception = failure,
            });
        }
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
