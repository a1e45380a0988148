using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>A listener of a loop over completions: one accept is always under way.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Closed with its server; the accept ends with it.")]
internal sealed class CompletionListener(
    LoopCore core, ListeningSocket socket, int backlog, bool passesOptions, IConnectionSink sink)
    : Listener(core, socket, backlog, passesOptions, sink), ICompletionOwner
{
    private Completion? _accept;
    private Socket? _socket;
    private Socket? _view;
    private bool _yielded;

    public void Completed(Completion completion)
    {
        if (completion != _accept)
        {
            // Whoever came while accepting ended sees the end, not a silent connection.
            completion.AcceptSocket?.Dispose();
            completion.Dispose();
            return;
        }

        bool yielded = _yielded;
        _yielded = false;
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

    protected override void Listen(Socket socket)
    {
        _view = OperatingSystem.IsLinux() ? ViewOf(socket) : null;
        _socket = _view ?? socket;
        _socket.Blocking = false;
        _accept = new Completion(Core, this);

        // Nothing is accepted inside the call that starts the server, which may come before a run.
        PostAgain();
    }

    protected override void StopListening()
    {
        // Ends what is under way; the listening socket itself is not the view's.
        _view?.Dispose();
        _view = null;
        if (_accept is { IsPending: false } idle)
        {
            idle.Dispose();
        }

        _accept = null;
    }

    /// <summary>A socket object of our own, so that accepting can end and the listening socket go on.</summary>
    private Socket ViewOf(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.Unix)
        {
            return UnixView();
        }

        int copy = Interop.Duplicate(Descriptor, 0);
        while (copy >= 0 && !IsNewCopy(copy))
        {
            _ = Interop.Close(copy);
            copy = Interop.Duplicate(Descriptor, copy + 1);
        }

        return copy >= 0
            ? new Socket(new SafeSocketHandle(copy, ownsHandle: true))
            : throw SocketErrors.Create(SocketErrors.Last(), $"Accepting on {EndPoint}");
    }

    private Socket UnixView()
    {
        Socket view = UnixAcceptor.Create(Descriptor, Batch);
        if (IsNewCopy((int)view.Handle))
        {
            return view;
        }

        // Held until the next one is there, so that this has another number.
        using (view)
        {
            return UnixView();
        }
    }

    /// <summary>Accepts who waits, a limited number in one message, then asks to be told of the next.</summary>
    protected override void GoOn()
    {
        for (int i = 0; i < Batch && !IsPaused && _accept is { } accept; i++)
        {
            if (accept.TryAccept(_socket!))
            {
                NobodyWaits();
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

    private void PostAgain()
    {
        _yielded = true;
        _accept!.PostAgain();
    }

    /// <summary>Hands over who was accepted; false when accepting must pause.</summary>
    private bool TookOne()
    {
        Completion done = _accept!;
        SocketError error = done.SocketError;
        if (error == SocketError.Success)
        {
            Socket accepted = done.AcceptSocket!;
            done.AcceptSocket = null;
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
            case SocketError.InvalidArgument or SocketError.NotSocket when Broken is { } broken:
                broken(CompletionErrors.Create(error, "accept"));
                return false;
            default:
                Failed(CompletionErrors.Create(error, "accept"));
                return false;
        }
    }
}
