using System.Diagnostics;
using System.Net;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// A stream socket as an actor of its loop: readiness arrives as messages, and the protocol is told in asyncio's order.
/// </summary>
/// <remarks>This part holds the life cycle; reading and writing have files of their own.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed partial class SocketTransport : ISupervisedTransport, IMessage, IFlushable, IDescriptorOwner
{
    private static readonly Action<object?> s_start = static transport => ((SocketTransport)transport!).Start();
    private static readonly Action<object?> s_lost = static transport => ((SocketTransport)transport!).Lost();

    private readonly LoopCore _core;
    private readonly TransportMemory _memory;
    private readonly SocketHandle _socket;
    private readonly ITransportOwner _owner;
    private readonly EndPoint? _remote;
    private Registration? _registration;
    private BaseProtocol _protocol;
    private Protocol? _spanProtocol;
    private EndPoint? _local;
    private Exception? _error;
    private UnixCredentials? _credentials;
    private TransportSocket? _view;
    private Action? _whenMade;
    private bool _made;
    private bool _closing;
    private bool _lostScheduled;
    private bool _ended;

    public SocketTransport(
        LoopCore core, SocketHandle socket, StreamProtocol protocol, TransportOptions options, EndPoint? remote, ITransportOwner? owner)
    {
        _core = core;
        _memory = TransportMemory.Of(core.Loop);
        _socket = socket;
        _owner = owner ?? core.Loop.Tree;
        _number = _owner.NextNumber();
        _supervision = options.Supervision;
        // Asked now: after a reset the system has forgotten it.
        _remote = remote ?? SocketNames.Peer(socket.Descriptor);
        _limits = options.Limits;
        _protocol = protocol;
        _spanProtocol = protocol as Protocol;
        // Registered once, but readiness has no receiver before the start: what is polled in the turn of ConnectionMade would
        // overtake those who wait for it. It is reported again in the next turn.
        _registration = core.Registrations.Add(socket.Descriptor, SelectorEvents.Read, this);
        _registration.Context = DefaultContext.CaptureUnlessDefault();
        _owner.TransportStarted(this);
    }

    public EventLoop Loop => _core.Loop;

    public bool IsClosing => _closing;

    /// <summary>The name that the socket has from its listener; null asks the system when somebody wants to know.</summary>
    public EndPoint? BoundTo { get; init; }

    public EndPoint? LocalEndPoint => _local ??= BoundTo switch
    {
        // A copy: end points of the base class library can be written to, and this is the listener's.
        IPEndPoint bound => new IPEndPoint(bound.Address, bound.Port),
        null => _ended ? null : SocketNames.Local(_socket.Descriptor),
        EndPoint bound => bound,
    };

    public EndPoint? RemoteEndPoint => _remote;

    public BaseProtocol Protocol
    {
        get => _protocol;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value is not StreamProtocol)
            {
                throw new ArgumentException(
                    $"A stream transport serves a Protocol or a BufferedProtocol, not {value.GetType().Name}.", nameof(value));
            }

            _protocol = value;
            _spanProtocol = value as Protocol;
        }
    }

    /// <summary>What the user's protocol writes to: this, or the TLS above it.</summary>
    public ITransport Outermost
    {
        get
        {
            ITransport transport = this;
            while (transport.Protocol is ITransport above)
            {
                transport = above;
            }

            return transport;
        }
    }

    /// <summary>
    /// Posts the start: <c>ConnectionMade</c>, and reading after it. Who waits for that hears also if the end came first.
    /// </summary>
    public void PostStart(Action? made = null)
    {
        _whenMade = made;
        _core.PostLocal(new Message(s_start, this, _registration?.Context));
    }

    public void Close()
    {
        if (_closing)
        {
            return;
        }

        VerifyThread();
        _closing = true;
        if (WriteBufferSize == 0 && _file is null)
        {
            ScheduleLost(null);
        }
        else
        {
            Watch(Interest & ~SelectorEvents.Read);
        }
    }

    public void Abort()
    {
        VerifyThread();
        ForceClose(null);
    }

    public object? GetExtraInfo(string name) => name switch
    {
        "sockname" => LocalEndPoint,
        "peername" => RemoteEndPoint,
        "peercred" => Credentials,
        "socket" => _view ??= new TransportSocket(_ended ? -1 : _socket.Descriptor, LocalEndPoint, RemoteEndPoint),
        _ => null,
    };

    /// <summary>The loop is being closed under a connection that nobody ended.</summary>
    public void LoopClosing() => ForceClose(new LoopClosedException(_core.Name));

    public void LoopDropped() => _socket.Close();

    public override string ToString()
    {
        string state = _ended ? "closed" : _closing ? "closing" : "open";
        string read = IsReading && (Interest & SelectorEvents.Read) != 0 ? "polling" : "idle";
        string write = _blocked ? "polling" : "idle";
        string kind = LocalEndPoint is IPEndPoint ? "TCP" : "Unix";
        return $"{kind} transport {state} fd={_socket.Descriptor} read={read} write=<{write}, bufsize={WriteBufferSize}>";
    }

    /// <summary>Null for TCP; the system is not even asked.</summary>
    private UnixCredentials? Credentials =>
        _credentials ??= _ended || (BoundTo ?? LocalEndPoint) is IPEndPoint
            ? null
            : Interop.GetPeerCredentials(_socket.Descriptor);

    private SelectorEvents Interest => _registration?.Interest ?? SelectorEvents.None;

    private void Start()
    {
        Action? made = _whenMade;
        _whenMade = null;
        if (_lostScheduled)
        {
            made?.Invoke();
            return;
        }

        _made = true;
        TraceState(_owner is null ? "is connected" : "was accepted");
        try
        {
            ((StreamProtocol)_protocol).ConnectionMade(this);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(StreamProtocol.ConnectionMade), failure);
        }

        _started = true;
        _registration?.Reader = this;
        made?.Invoke();
    }

    private void ProtocolFailed(string callback, Exception failure)
    {
        if (_supervision is { } supervision)
        {
            supervision.Failed(this, callback, failure);
            return;
        }

        _core.Errors.Report(new LoopExceptionContext($"Fatal error: protocol.{callback}() call failed.")
        {
            Kind = LoopErrorKind.Protocol,
            Exception = failure,
            Transport = this,
            Protocol = _protocol,
        });
        ForceClose(failure);
    }

    /// <summary>Ends the connection without sending what is buffered.</summary>
    private void ForceClose(Exception? reason)
    {
        if (_lostScheduled)
        {
            return;
        }

        _closing = true;
        DropBuffer();
        ScheduleLost(reason);
    }

    private void ScheduleLost(Exception? reason)
    {
        _lostScheduled = true;
        _error = reason;
        Registration registration = _registration!;
        _registration = null;
        _core.Registrations.Remove(registration);
        LoseFile(reason);
        _core.PostLocal(new Message(s_lost, this, registration.Context));
    }

    private void Lost()
    {
        // The name must still be known when the descriptor is gone.
        if (BoundTo is null)
        {
            _ = LocalEndPoint;
        }

        _ = Credentials;
        try
        {
            if (_made)
            {
                _protocol.ConnectionLost(_error);
            }
        }
        finally
        {
            _ended = true;
            DropBuffer();
            _view?.Detach();
            _socket.Close();
            _node.End(withLoop: _error is LoopClosedException);
            _owner.TransportEnded(this);
        }
    }

    private void TraceState(string what)
    {
        if (_core.Traces)
        {
            _core.Errors.Trace($"{this} {what}; peer {_remote}, protocol {_protocol.GetType().Name}");
        }
    }

    private void Watch(SelectorEvents interest)
    {
        if (_registration is { } registration)
        {
            _core.Registrations.Watch(registration, interest);
        }
    }

    private void VerifyThread()
    {
        // Cheap enough to be always on: a write from a foreign thread would corrupt the stream silently.
        if (!_core.IsOnLoop && _core.IsRunning)
        {
            throw new InvalidOperationException(
                $"The transport belongs to loop '{_core.Name}', which runs on another thread: post the call to the loop.");
        }
    }
}
