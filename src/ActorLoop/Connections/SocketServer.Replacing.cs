using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <content>What is left of a server whose loop ends, and how another takes it over.</content>
internal sealed partial class SocketServer
{
    private readonly IConnectionSink? _placement;
    private bool _isRetired;

    /// <summary>
    /// The loop's run has ended for good: gives up the listening sockets as they are, and ends the connections.
    /// </summary>
    /// <remarks>Thread: the loop's, which runs nothing any more.</remarks>
    public List<ListeningSocket> Retire()
    {
        if (_state == ServerState.Closed)
        {
            return [];
        }

        // Whatever ended the run may have been the selector, which then fails once more for every descriptor.
        _core.Registrations.IsEnding = true;
        _isRetired = true;
        _state = ServerState.Closed;
        List<ListeningSocket> sockets = [.. _listeners.Select(listener => listener.Release())];
        _listeners.Clear();
        foreach (StreamTransport client in _clients.ToArray())
        {
            client.LoopClosing();
        }

        EndIfNothingLeft();
        return sockets;
    }

    /// <summary>Accepts on these sockets as well. Thread: any.</summary>
    public void Adopt(List<ListeningSocket> sockets)
    {
        if (!_core.TryPost(new Message((Action)(() => AdoptNow(sockets)))))
        {
            sockets.ForEach(socket => socket.Close());
        }
    }

    /// <summary>The loop closed under the server: its transports have ended, and nobody will ever post to it again.</summary>
    private void LoopClosed()
    {
        CloseNow();
        lock (_clients)
        {
            _clients.Clear();
        }

        EndIfNothingLeft();
    }

    private void AdoptNow(List<ListeningSocket> sockets)
    {
        if (_state == ServerState.Closed)
        {
            sockets.ForEach(socket => socket.Close());
            return;
        }

        foreach (ListeningSocket socket in sockets)
        {
            Listener listener = NewListener(socket);
            _listeners.Add(listener);
            if (_state == ServerState.Serving)
            {
                listener.Start(_backlog);
            }
        }

        _endPoints = [.. _listeners.Select(listener => listener.EndPoint)];
    }

    private Listener NewListener(ListeningSocket socket)
    {
        Listener listener = StreamSockets.Of(_core).NewListener(
            _core, socket, _backlog, _transportOptions.TryApply(socket.Descriptor), _placement ?? this);
        listener.Broken = Escalated;
        return listener;
    }

    /// <summary>A connection that was on its way to a loop that has ended goes to one that has not.</summary>
    private bool Rehome(in AcceptedSocket socket)
    {
        if (!_isRetired || _placement is not { } placement)
        {
            return false;
        }

        Interlocked.Decrement(ref _load);
        placement.Accepted(socket);
        return true;
    }
}
