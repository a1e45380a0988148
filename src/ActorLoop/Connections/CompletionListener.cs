using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>A listener of a loop over completions: one accept is always under way.</summary>
internal sealed class CompletionListener(
    LoopCore core, ListeningSocket socket, int backlog, bool passesOptions, IConnectionSink sink)
    : Listener(core, socket, backlog, passesOptions, sink)
{
    private AcceptOperation? _accept;
    private Socket? _socket;
    private bool _yielded;
    private bool _tookAny;
    private bool _holdsOne;

    protected override void Listen(ListeningSocket socket)
    {
        _socket = socket.Acceptor;
        _accept = new AcceptOperation(Core, Completed);

        // Nothing is accepted inside the call that starts the server, which may come before a run.
        PostAgain();
    }

    protected override void StopListening()
    {
        _accept?.End();
        _accept = null;
        _yielded = false;
        _holdsOne = false;
    }

    protected override void Suspend() => _tookAny = false;

    /// <summary>Accepts who waits, a limited number in one message, then asks to be told of the next.</summary>
    protected override void GoOn()
    {
        if (_accept is not { IsPending: false })
        {
            return;
        }

        bool holdsOne = _holdsOne;
        _holdsOne = false;
        if (holdsOne && !TookOne())
        {
            return;
        }

        for (int i = 0; i < Batch && !IsPaused && _accept is { } accept; i++)
        {
            if (accept.TryStart(_socket!))
            {
                if (_tookAny)
                {
                    // An empty queue alone proves nothing: whoever was in it may have been turned away.
                    _tookAny = false;
                    NobodyWaits();
                }

                return;
            }

            if (!TookOne())
            {
                return;
            }
        }

        if (!IsPaused && _accept is not null)
        {
            PostAgain();
        }
    }

    private void Completed()
    {
        bool yielded = _yielded;
        _yielded = false;
        if (IsPaused)
        {
            // Kept for the end of the pause.
            _holdsOne = !yielded;
            return;
        }

        try
        {
            if (yielded || TookOne())
            {
                GoOn();
            }
        }
        catch (Exception failure) when (failure is not FatalLoopException && Broken is not null)
        {
            Broken(failure);
        }
    }

    private void PostAgain()
    {
        _yielded = true;
        _accept!.PostAgain();
    }

    /// <summary>Hands over who was accepted; false when accepting must pause.</summary>
    private bool TookOne()
    {
        SocketError error = _accept!.Error;
        if (error == SocketError.Success)
        {
            Take(_accept.TakeAccepted());
            return true;
        }

        return error == SocketError.SocketError && OperatingSystem.IsLinux()
            ? AskSystem()
            : GoOnAfter(error, CompletionErrors.Create(error, "accept"));
    }

    private void Take(Socket accepted)
    {
        _tookAny = true;
        SocketHandle client = SocketHandle.AdoptForCompletions(accepted);
        Deliver(client, client.PeerName);
    }

    /// <summary>
    /// The base class library has no word for what went wrong with the last one; whether that is a matter of one connection or of the
    /// listener is known after trying the next.
    /// </summary>
    private unsafe bool AskSystem()
    {
        int client = Interop.Accept(Descriptor, null, null, Interop.NonBlockCloseOnExec);
        if (client >= 0)
        {
            Take(new Socket(new SafeSocketHandle(client, ownsHandle: true)));
            return true;
        }

        int error = SocketErrors.Last();
        if (SocketErrors.IsDeadOnArrival(error) || error == SocketErrors.WouldBlock)
        {
            return true;
        }

        SocketException failure = SocketErrors.Create(error, "accept");
        return GoOnAfter(SocketErrors.IsExhaustion(error) ? SocketError.TooManyOpenSockets : failure.SocketErrorCode, failure);
    }

    /// <summary>Whether the next connection may be tried at once.</summary>
    private bool GoOnAfter(SocketError error, SocketException failure)
    {
        switch (error)
        {
            case SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.HostUnreachable
                or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown
                or SocketError.AccessDenied or SocketError.Interrupted or SocketError.OperationNotSupported
                or SocketError.ProtocolOption:
                // The connection at the head of the queue is dead; the next one may be fine.
                return true;
            case SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable:
                Exhausted(failure);
                return false;
            case SocketError.InvalidArgument or SocketError.NotSocket when Broken is { } broken:
                broken(failure);
                return false;
            default:
                Failed(failure);
                return false;
        }
    }
}
