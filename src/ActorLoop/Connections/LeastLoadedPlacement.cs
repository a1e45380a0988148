namespace ActorLoop.Connections;

/// <summary>Gives each accepted connection to the server, and so to the loop, that has the fewest.</summary>
internal sealed class LeastLoadedPlacement : IConnectionSink
{
    private SocketServer[] _members = [];
    private int _last;

    /// <summary>Set once, before anything is accepted; the first member is the one that accepts.</summary>
    public void SetMembers(SocketServer[] members) => _members = members;

    public void Accepted(in AcceptedSocket socket)
    {
        SocketServer target = Choose();
        if (target == _members[0])
        {
            target.Accepted(socket);
        }
        else
        {
            target.HandOver(socket);
        }
    }

    /// <summary>Starts behind the last choice, so that equal loads take turns.</summary>
    private SocketServer Choose()
    {
        int best = -1;
        for (int i = 1; i <= _members.Length; i++)
        {
            int candidate = (_last + i) % _members.Length;
            if (best < 0 || _members[candidate].Load < _members[best].Load)
            {
                best = candidate;
            }
        }

        _last = best;
        return _members[best];
    }
}
