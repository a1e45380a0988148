namespace ActorLoop.Connections;

/// <summary>Gives each accepted connection to the server, and so to the loop, that has the fewest.</summary>
internal sealed class LeastLoadedPlacement : IConnectionSink
{
    private volatile SocketServer[] _members = [];
    private int _last;

    /// <summary>Set before anything is accepted, and again when a loop ended or took the place of one. Thread: any.</summary>
    public void SetMembers(SocketServer[] members) => _members = members;

    public void Accepted(in AcceptedSocket socket)
    {
        SocketServer? target = Choose(_members);
        if (target is null)
        {
            socket.Handle.Close();
        }
        else if (target.IsOnLoop)
        {
            target.Accepted(socket);
        }
        else
        {
            target.HandOver(socket);
        }
    }

    /// <summary>Starts behind the last choice, so that equal loads take turns.</summary>
    private SocketServer? Choose(SocketServer[] members)
    {
        int best = -1;
        for (int i = 1; i <= members.Length; i++)
        {
            int candidate = (_last + i) % members.Length;
            if (best < 0 || members[candidate].Load < members[best].Load)
            {
                best = candidate;
            }
        }

        if (best < 0)
        {
            return null;
        }

        _last = best;
        return members[best];
    }
}
