using System.Diagnostics;
using System.Net;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// A stream socket as an actor of its loop: the protocol is told in asyncio's order, what it writes is collected and sent, and it
/// is paused while the peer does not keep up.
/// </summary>
/// <remarks>
/// This is what all kinds of loops have in common. How bytes come from the socket and go to it is the kind's: by readiness in
/// <see cref="SocketTransport"/>, by completions in <see cref="CompletionTransport"/>.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
internal abstract partial class StreamTransport : ISupervisedTransport, IFlushable, IDescriptorOwner
{
    private static readonly Action<object?> s_start = static transport => ((StreamTransport)transport!).Start();
    private static readonly Action<object?> s_lost = static transport => ((StreamTransport)transport!).Lost();

    private readonly ITransportOwner _owner;
    private readonly EndPoint? _remote;
    private BaseProtocol _protocol;
    private EndPoint? _local;
    private Exception? _error;
    private UnixCredentials? _credentials;
    private TransportSocket? _view;
    private Action? _whenMade;
    private bool _made;
    private bool _ended;

    protected StreamTransport(
        LoopCore core, SocketHandle handle, StreamProtocol protocol, TransportOptions options, EndPoint? remote, ITransportOwner? owner)
    {
        Core = core;
        Memory = TransportMemory.Of(core.Loop);
        Handle = handle;
        _owner = owner ?? core.Loop.Tree;
        _number = _owner.NextNumber();
        _supervision = options.Supervision;
        // Asked now: after a reset the system has forgotten it.
        _remote = remote ?? handle.PeerName;
        _limits = options.Limits;
        _protocol = protocol;
        SpanProtocol = protocol as Protocol;
        // Registered once, but readiness has no receiver before the start: what is polled in the turn of ConnectionMade would
        // overtake those who wait for it. It is reported again in the next turn.
        Registration = core.Registrations.Add(handle.Descriptor, SelectorEvents.Read, this);
        Registration.Context = DefaultContext.CaptureUnlessDefault();
        _owner.TransportStarted(this);
    }

    public EventLoop Loop => Core.Loop;

    public bool IsClosing { get; private set; }

    /// <summary>The name that the socket has from its listener; null asks the system when somebody wants to know.</summary>
    public EndPoint? BoundTo { get; set; }

    public EndPoint? LocalEndPoint => _local ??= BoundTo switch
    {
        // A copy: end points of the base class library can be written to, and this is the listener's.
        IPEndPoint bound => new IPEndPoint(bound.Address, bound.Port),
        null => _ended ? null : Handle.LocalName,
        EndPoint bound => bound,
    };

    public EndPoint? RemoteEndPoint => _remote;

    public BaseProtocol Protocol
    {
        get => _protocol;
        set
        {
            _protocol = ServedProtocol.RequireStream(value);
            SpanProtocol = value as Protocol;
        }
    }

    protected LoopCore Core { get; }

    protected TransportMemory Memory { get; }

    protected SocketHandle Handle { get; }

    /// <summary>The place in the loop's table; null once the end is scheduled.</summary>
    protected Registration? Registration { get; private set; }

    /// <summary>The protocol, if it takes spans.</summary>
    protected Protocol? SpanProtocol { get; private set; }

    /// <summary>Whether <c>ConnectionLost</c> is scheduled, or over: nothing happens any more.</summary>
    protected bool IsLosing { get; private set; }

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
        Core.PostLocal(new Message(s_start, this, Registration?.Context));
    }

    public void Close()
    {
        if (IsClosing)
        {
            return;
        }

        VerifyThread();
        IsClosing = true;
        if (WriteBufferSize == 0 && File is null)
        {
            ScheduleLost(null);
        }
        else
        {
            StopReading();
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
        "socket" => _view ??= new TransportSocket(_ended ? -1 : Handle.Descriptor, LocalEndPoint, RemoteEndPoint),
        _ => null,
    };

    /// <summary>The loop is being closed under a connection that nobody ended.</summary>
    public void LoopClosing() => ForceClose(new LoopClosedException(Core.Name));

    public virtual void LoopDropped() => Handle.Close();

    public override string ToString()
    {
        string state = _ended ? "closed" : IsClosing ? "closing" : "open";
        string read = IsReading && IsWaitingForData ? "polling" : "idle";
        string write = IsBlocked ? "polling" : "idle";
        string kind = LocalEndPoint is IPEndPoint ? "TCP" : "Unix";
        return $"{kind} transport {state} fd={Handle.Descriptor} read={read} write=<{write}, bufsize={WriteBufferSize}>";
    }

    /// <summary>Null for TCP; the system is not even asked.</summary>
    private UnixCredentials? Credentials =>
        _credentials ??= _ended || (BoundTo ?? LocalEndPoint) is IPEndPoint || !OperatingSystem.IsLinux()
            ? null
            : Interop.GetPeerCredentials(Handle.Descriptor);

    private void Start()
    {
        Action? made = _whenMade;
        _whenMade = null;
        if (IsLosing)
        {
            made?.Invoke();
            return;
        }

        _made = true;
        TraceState(ReferenceEquals(_owner, Core.Loop.Tree) ? "is connected" : "was accepted");
        try
        {
            ((StreamProtocol)_protocol).ConnectionMade(this);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(StreamProtocol.ConnectionMade), failure);
        }

        IsStarted = true;
        // Those who wait for the connection go on before its first data.
        made?.Invoke();
        StartReading();
    }

    protected void ProtocolFailed(string callback, Exception failure)
    {
        if (_supervision is { } supervision)
        {
            supervision.Failed(this, callback, failure);
            return;
        }

        ServedProtocol.ReportFatal(Core, this, _protocol, callback, failure);
        ForceClose(failure);
    }

    /// <summary>Ends the connection without sending what is buffered.</summary>
    protected void ForceClose(Exception? reason)
    {
        if (IsLosing)
        {
            return;
        }

        IsClosing = true;
        DropBuffer();
        ScheduleLost(reason);
    }

    private void ScheduleLost(Exception? reason)
    {
        IsLosing = true;
        _error = reason;
        Registration registration = Registration!;
        Registration = null;
        Core.Registrations.Remove(registration);
        LoseFile(reason);
        Core.PostLocal(new Message(s_lost, this, registration.Context));
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
            CloseSocket();
            _node.End(withLoop: _error is LoopClosedException);
            _owner.TransportEnded(this);
        }
    }

    protected void TraceState(string what)
    {
        if (Core.Traces)
        {
            Core.Errors.Trace($"{this} {what}; peer {_remote}, protocol {_protocol.GetType().Name}");
        }
    }

    protected void VerifyThread()
    {
        // Cheap enough to be always on: a write from a foreign thread would corrupt the stream silently.
        if (!Core.IsOnLoop && Core.IsRunning)
        {
            throw new InvalidOperationException(
                $"The transport belongs to loop '{Core.Name}', which runs on another thread: post the call to the loop.");
        }
    }
}
