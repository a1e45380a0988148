using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// A datagram socket of a loop over completions. This part holds the life cycle; receiving and sending have files of their own.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
[SuppressMessage("Design", "CA1001", Justification = "ConnectionLost releases everything, and each transport comes to that.")]
internal sealed partial class CompletionDatagramTransport : IOpenedDatagrams, IFlushable, IDescriptorOwner, ICompletionOwner
{
    private static readonly Action<object?> s_start = static transport => ((CompletionDatagramTransport)transport!).Start();
    private static readonly Action<object?> s_lost = static transport => ((CompletionDatagramTransport)transport!).Lost();

    private readonly LoopCore _core;
    private readonly SocketHandle _handle;
    private readonly Socket _socket;
    private readonly DatagramSettings _settings;
    private readonly ExecutionContext? _context = DefaultContext.CaptureUnlessDefault();
    private Registration? _registration;
    private DatagramProtocol _protocol;
    private EndPoint? _local;
    private Exception? _error;
    private TransportSocket? _view;
    private Action? _whenMade;
    private long? _overrun;
    private bool _made;
    private bool _closing;
    private bool _losing;
    private bool _ended;

    public CompletionDatagramTransport(LoopCore core, SocketHandle socket, DatagramProtocol protocol, DatagramSettings settings)
    {
        _core = core;
        _handle = socket;
        _socket = socket.Managed!;
        _protocol = protocol;
        _settings = settings;
        _limits = settings.Limits;
        _blocks = CompletionMemory.Of(core.Loop);
        _receive = new Completion(core, this) { Context = _context };
        _registration = core.Registrations.Add(socket.Descriptor, SelectorEvents.None, this);
    }

    public EventLoop Loop => _core.Loop;

    public bool IsClosing => _closing;

    public EndPoint? LocalEndPoint
    {
        get
        {
            // Asked again while it is not final: the system binds a socket when it first sends.
            if (!_ended && _local is null or IPEndPoint { Port: 0 })
            {
                _local = _handle.LocalName;
            }

            return _local;
        }
    }

    public EndPoint? RemoteEndPoint => _settings.Target;

    /// <summary>None: they are Linux's, and need calls that the base class library does not have.</summary>
    public DatagramOffloads Offloads => DatagramOffloads.None;

    public DatagramStatistics Statistics => new()
    {
        Received = _received,
        Truncated = _truncated,
        Sent = _sent,
        Dropped = _dropped,
        Overrun = _ended ? _overrun : Overrun,
    };

    public BaseProtocol Protocol
    {
        get => _protocol;
        set => _protocol = ServedProtocol.RequireDatagram(value);
    }

    public void PostStart(Action made)
    {
        _whenMade = made;
        _core.PostLocal(new Message(s_start, this, _context));
    }

    public void Close()
    {
        if (_closing)
        {
            return;
        }

        VerifyThread();
        _closing = true;
        _held = null;
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
        "peername" => Peer,
        "socket" => _view ??= new TransportSocket(_ended ? -1 : _handle.Descriptor, LocalEndPoint, Peer),
        _ => null,
    };

    /// <summary>The loop is being closed under an endpoint that nobody ended.</summary>
    public void LoopClosing() => ForceClose(new LoopClosedException(_core.Name));

    public void LoopDropped() => _handle.Close();

    public void Completed(Completion completion)
    {
        if (_ended)
        {
            Returned(completion);
        }
        else if (completion == _receive)
        {
            Received();
        }
        else
        {
            Sent();
        }
    }

    public override string ToString()
    {
        string kind = _settings.Family == AddressFamily.Unix ? "Unix datagram" : "UDP";
        string state = _ended ? "closed" : _closing ? "closing" : "open";
        string read = IsReading && _receive.IsPending ? "polling" : "idle";
        string write = _blocked ? "polling" : "idle";
        return $"{kind} transport {state} fd={_handle.Descriptor} read={read} write=<{write}, bufsize={WriteBufferSize}>";
    }

    /// <summary>Null where the system does not count.</summary>
    private long? Overrun => OperatingSystem.IsLinux() ? Interop.ReceiveDrops(_handle.Descriptor) : null;

    private EndPoint? Peer => _settings.IsConnected ? _settings.Target : null;

    private void Start()
    {
        if (_losing)
        {
            return;
        }

        _made = true;
        try
        {
            _protocol.ConnectionMade(this);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Report(nameof(DatagramProtocol.ConnectionMade), failure);
            ForceClose(failure);
        }

        Action? made = _whenMade;
        _whenMade = null;
        made?.Invoke();
        ReceiveNext();
    }

    private void Report(string callback, Exception failure, LoopErrorKind kind = LoopErrorKind.Protocol) =>
        _core.Errors.Report(new LoopExceptionContext($"protocol.{callback}() failed")
        {
            Kind = kind,
            Exception = failure,
            Transport = this,
            Protocol = _protocol,
        });

    /// <summary>Ends the endpoint without sending what is buffered.</summary>
    private void ForceClose(Exception? reason)
    {
        if (_losing)
        {
            return;
        }

        _closing = true;
        _held = null;
        _dropped += _queue.Count;
        _queue.Clear();
        _queuedSize = 0;
        _failures?.Clear();
        ScheduleLost(reason);
    }

    private void ScheduleLost(Exception? reason)
    {
        _losing = true;
        _error = reason;
        _retry?.Cancel();
        _core.Registrations.Remove(_registration!);
        _registration = null;
        _core.PostLocal(new Message(s_lost, this, _context));
    }

    private void Lost()
    {
        // The name and the counter must still be known when the descriptor is gone.
        _ = LocalEndPoint;
        _overrun = Overrun;
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
            _settings.BeforeClose?.Invoke();
            _handle.Close();
            if (!_receive.IsPending)
            {
                Returned(_receive);
            }

            if (_send is { IsPending: false } send)
            {
                Returned(send);
            }
        }
    }

    /// <summary>Nobody but us has the operation's memory any more.</summary>
    private void Returned(Completion completion)
    {
        if (completion == _receive && _block is { } block)
        {
            _block = null;
            _blocks.Return(block);
        }

        completion.Dispose();
    }

    private void VerifyThread()
    {
        if (!_core.IsOnLoop && _core.IsRunning)
        {
            throw new InvalidOperationException(
                $"The transport belongs to loop '{_core.Name}', which runs on another thread: post the call to the loop.");
        }
    }
}
