using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// A datagram socket as an actor of its loop. This part holds the life cycle; receiving and sending have files of their own.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed partial class DatagramTransport : IOpenedDatagrams, IMessage, IFlushable, IDescriptorOwner
{
    private static readonly Action<object?> s_start = static transport => ((DatagramTransport)transport!).Start();
    private static readonly Action<object?> s_lost = static transport => ((DatagramTransport)transport!).Lost();

    private readonly LoopCore _core;
    private readonly TransportMemory _memory;
    private readonly SocketHandle _socket;
    private readonly AddressFamily _family;
    private readonly EndPoint? _target;
    private readonly bool _connected;
    private readonly Action? _beforeClose;
    private Registration? _registration;
    private DatagramProtocol _protocol;
    private EndPoint? _local;
    private Exception? _error;
    private TransportSocket? _view;
    private Action? _whenMade;
    private bool _made;
    private bool _closing;
    private bool _lostScheduled;
    private bool _ended;

    public DatagramTransport(LoopCore core, SocketHandle socket, DatagramProtocol protocol, DatagramSettings settings)
    {
        _core = core;
        _memory = TransportMemory.Of(core.Loop);
        _socket = socket;
        _protocol = protocol;
        _family = settings.Family;
        _target = settings.Target;
        _connected = settings.IsConnected;
        _beforeClose = settings.BeforeClose;
        _limits = settings.Limits;
        _queue = new DatagramQueue(_memory);
        _sendBatch = _memory.Datagrams.Send;
        _receiveBatch = _family == AddressFamily.Unix ? _memory.Datagrams.Unix : _memory.Datagrams.Internet;
        _targetAddress = _target is null || _connected ? default : RawAddress.Of(_target);
        StartOffloads(settings.Offloads);
        // Registered for nothing yet: datagrams wait until ConnectionMade has returned.
        _registration = core.Registrations.Add(socket.Descriptor, SelectorEvents.None, this);
        _registration.Context = DefaultContext.CaptureUnlessDefault();
    }

    public EventLoop Loop => _core.Loop;

    public bool IsClosing => _closing;

    public EndPoint? LocalEndPoint
    {
        get
        {
            // Asked again while it is not final: the kernel binds a socket when it first sends.
            if (!_ended && _local is null or IPEndPoint { Port: 0 })
            {
                _local = SocketNames.Local(_socket.Descriptor);
            }

            return _local;
        }
    }

    public EndPoint? RemoteEndPoint => _target;

    public DatagramOffloads Offloads { get; private set; }

    public DatagramStatistics Statistics => new()
    {
        Received = _received,
        Truncated = _truncated,
        Sent = _sent,
        Dropped = _dropped,
        Overrun = _ended ? _overrun : Interop.ReceiveDrops(_socket.Descriptor),
    };

    public BaseProtocol Protocol
    {
        get => _protocol;
        set => _protocol = ServedProtocol.RequireDatagram(value);
    }

    /// <summary>Posts the start: <c>ConnectionMade</c>, and receiving after it.</summary>
    public void PostStart(Action made)
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
        DropHeld();
        Watch(Interest & ~SelectorEvents.Read);
        if (_queue.Count == 0)
        {
            ScheduleLost(null);
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
        "peername" => _connected ? _target : null,
        "socket" => _view ??= new TransportSocket(_ended ? -1 : _socket.Descriptor, LocalEndPoint, _connected ? _target : null),
        _ => null,
    };

    /// <summary>The loop is being closed under an endpoint that nobody ended.</summary>
    public void LoopClosing() => ForceClose(new LoopClosedException(_core.Name));

    public void LoopDropped() => _socket.Close();

    public override string ToString()
    {
        string kind = _family == AddressFamily.Unix ? "Unix datagram" : "UDP";
        string state = _ended ? "closed" : _closing ? "closing" : "open";
        string read = IsReading && (Interest & SelectorEvents.Read) != 0 ? "polling" : "idle";
        string write = _blocked ? "polling" : "idle";
        return $"{kind} transport {state} fd={_socket.Descriptor} read={read} write=<{write}, bufsize={WriteBufferSize}>";
    }

    private SelectorEvents Interest => _registration?.Interest ?? SelectorEvents.None;

    private void Start()
    {
        if (_lostScheduled)
        {
            return;
        }

        _made = true;
        if (_core.Traces)
        {
            _core.Errors.Trace($"{this} is open; local {LocalEndPoint}, remote {_target}, protocol {_protocol.GetType().Name}");
        }

        try
        {
            _protocol.ConnectionMade(this);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Report(nameof(DatagramProtocol.ConnectionMade), failure);
            ForceClose(failure);
        }

        _started = true;
        _registration?.Reader = this;
        if (IsReading)
        {
            Watch(Interest | SelectorEvents.Read);
        }

        Action? made = _whenMade;
        _whenMade = null;
        made?.Invoke();
    }

    private void Report(string callback, Exception failure) =>
        _core.Errors.Report(new LoopExceptionContext($"protocol.{callback}() failed")
        {
            Kind = LoopErrorKind.Protocol,
            Exception = failure,
            Transport = this,
            Protocol = _protocol,
        });

    private void TellError(Exception error)
    {
        try
        {
            _protocol.ErrorReceived(error);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Report(nameof(DatagramProtocol.ErrorReceived), failure);
        }
    }

    /// <summary>Ends the endpoint without sending what is buffered.</summary>
    private void ForceClose(Exception? reason)
    {
        if (_lostScheduled)
        {
            return;
        }

        _closing = true;
        DropHeld();
        DropQueue();
        _failures?.Clear();
        ScheduleLost(reason);
    }

    private void ScheduleLost(Exception? reason)
    {
        _lostScheduled = true;
        _error = reason;
        _backOff?.Cancel();
        Registration registration = _registration!;
        _registration = null;
        _core.Registrations.Remove(registration);
        _core.PostLocal(new Message(s_lost, this, registration.Context));
    }

    private void Lost()
    {
        // The name and the counter must still be known when the descriptor is gone.
        _ = LocalEndPoint;
        _overrun = Interop.ReceiveDrops(_socket.Descriptor);
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
            _view?.Detach();
            _beforeClose?.Invoke();
            _socket.Close();
            _node.End(withLoop: _error is LoopClosedException);
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
        // Cheap enough to be always on: the queue and the buffers of the loop are not made for two threads.
        if (!_core.IsOnLoop && _core.IsRunning)
        {
            throw new InvalidOperationException(
                $"The transport belongs to loop '{_core.Name}', which runs on another thread: post the call to the loop.");
        }
    }
}
