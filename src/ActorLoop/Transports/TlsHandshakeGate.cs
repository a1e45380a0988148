namespace ActorLoop.Transports;

/// <summary>Lets only so many handshakes of a server run at once; the others wait, in order, without reading.</summary>
internal sealed class TlsHandshakeGate(int capacity)
{
    private readonly LinkedList<TlsTransport> _waiting = [];
    private int _running;

    /// <summary>Whether the handshake may run now; otherwise it is told by <see cref="TlsTransport.Admit"/>.</summary>
    public bool TryEnter(TlsTransport transport, ref LinkedListNode<TlsTransport>? place)
    {
        if (_running < capacity)
        {
            _running++;
            return true;
        }

        place = _waiting.AddLast(transport);
        return false;
    }

    /// <summary>A handshake that ran is over: the first that waits takes its place.</summary>
    public void Leave()
    {
        if (_waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            first.Value.Admit();
        }
        else
        {
            _running--;
        }
    }

    /// <summary>A handshake that waited is over.</summary>
    public void GiveUp(LinkedListNode<TlsTransport> place) => _waiting.Remove(place);
}
