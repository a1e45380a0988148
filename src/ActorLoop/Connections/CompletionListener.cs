using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>A listener of a loop over completions: one accept is always under way.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Closed with its server; the accept ends with it.")]
internal sealed class CompletionListener : Listener, ICompletionOwner
{
    private readonly Completion _accept;
    private Socket? _socket;
    private Socket? _view;
    private bool _yielded;

    public CompletionListener(LoopCore core, ListeningSocket socket, int backlog, bool passesOptions, IConnectionSink sink)
        : base(core, socket, backlog, passesOptions, sink)
    {
        _accept = new Completion(core, this);
    }

    public void Completed(Completion completion)
    {
        bool yielded = _yielded;
        _yielded = false;
        if (IsClosed)
        {
            // Whoever came in the last moment sees the end, not a silent connection.
            _accept.AcceptSocket?.Dispose();
            _accept.Dispose();
        }
        else if (yielded || TookOne())
        {
            GoOn();
        }
    }

    protected override void Listen(Socket socket)
    {
        _view = socket.AddressFamily == AddressFamily.Unix && OperatingSystem.IsLinux() ? UnixAcceptor.Create(Descriptor, Batch) : null;
        _socket = _view ?? socket;
        _socket.Blocking = false;

        // Nothing is accepted inside the call that starts the server, which may come before a run.
        PostAgain();
    }

    protected override void StopListening()
    {
        // Ends what is under way; the listening socket itself is not the view's.
        _view?.Dispose();
        if (!_accept.IsPending)
        {
            _accept.Dispose();
        }
    }

    /// <summary>Accepts who waits, a limited number in one message, then asks to be told of the next.</summary>
    protected override void GoOn()
    {
        for (int i = 0; i < Batch && !IsClosed && !IsPaused; i++)
        {
            if (_accept.TryAccept(_socket!))
            {
                NobodyWaits();
                return;
            }

            if (!TookOne())
            {
                return;
            }
        }

        if (!IsClosed && !IsPaused)
        {
            PostAgain();
        }
    }

    private void PostAgain()
    {
        _yielded = true;
        _accept.PostAgain();
    }

    /// <summary>Hands over who was accepted; false when accepting must pause.</summary>
    private bool TookOne()
    {
        SocketError error = _accept.SocketError;
        if (error == SocketError.Success)
        {
            Socket accepted = _accept.AcceptSocket!;
            _accept.AcceptSocket = null;
            SocketHandle client = SocketHandle.AdoptForCompletions(accepted);
            Deliver(client, client.PeerName);
            return true;
        }

        switch (error)
        {
            case SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.HostUnreachable
                or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown
                or SocketError.AccessDenied or SocketError.Interrupted or SocketError.OperationNotSupported
                or SocketError.ProtocolOption:
                // The connection at the head of the queue is dead; the next one may be fine.
                return true;
            case SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable:
                Exhausted(CompletionErrors.Create(error, "accept"));
                return false;
            default:
                Failed(CompletionErrors.Create(error, "accept"));
                return false;
        }
    }
}
