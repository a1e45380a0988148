using System.Diagnostics;
using ActorLoop.Execution;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Processes;

/// <summary>
/// A child process as an actor of its loop: its exit is the readiness of its pidfd, a message like any other, and its pipes are
/// transports of their own.
/// </summary>
/// <remarks>This part holds the beginning; the end and signals have files of their own.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed partial class SubprocessTransport : ISubprocessTransport, IMessage, IDescriptorOwner, IPipeOwner
{
    private static readonly Action<object?> s_start = static transport => ((SubprocessTransport)transport!).Start();

    private readonly LoopCore _core;
    private readonly PipeTransport?[] _pipes = new PipeTransport?[3];
    private readonly ExecutionContext? _context;
    private readonly string _program;
    private readonly bool _leadsGroup;
    private SubprocessProtocol _protocol;
    private Registration? _registration;
    private Action? _whenMade;
    private Exception? _error;
    private int _pidfd;
    private int _openPipes;
    private bool _made;
    private bool _closing;

    /// <summary>Takes over a child that runs, and our ends of its pipes.</summary>
    public SubprocessTransport(
        LoopCore core,
        SubprocessProtocol protocol,
        (int Process, int Pidfd) child,
        (string Program, SubprocessOptions Options) what,
        ChildDescriptors descriptors,
        Func<SubprocessTransport, int, StreamProtocol> pipeProtocol)
    {
        _core = core;
        _protocol = protocol;
        _program = what.Program;
        _leadsGroup = what.Options.LeadsGroup;
        _context = DefaultContext.CaptureUnlessDefault();
        ProcessId = child.Process;
        _pidfd = child.Pidfd;
        try
        {
            if (_pidfd >= 0)
            {
                _registration = Watch();
            }

            ConnectPipes(descriptors, pipeProtocol, what.Options.WriteBufferLimits);
        }
        catch
        {
            KillAndCollect();
            foreach (PipeTransport? pipe in _pipes)
            {
                pipe?.Abort();
            }

            throw;
        }
    }

    public EventLoop Loop => _core.Loop;

    public int ProcessId { get; }

    public int? ReturnCode { get; private set; }

    public bool IsClosing => _closing;

    /// <summary>Whether the protocol was told of the child; it is not when the end came first.</summary>
    public bool IsMade => _made;

    /// <summary>Whether <c>ConnectionLost</c> was told, after which there is nobody to send a signal to.</summary>
    public bool IsEnded => _ended;

    public BaseProtocol Protocol
    {
        get => _protocol;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _protocol = value as SubprocessProtocol ?? throw new ArgumentException(
                $"A child serves a SubprocessProtocol, not {value.GetType().Name}.", nameof(value));
        }
    }

    /// <summary>The protocol, for the protocols of the pipes.</summary>
    public SubprocessProtocol Told => _protocol;

    /// <summary>Posts the start: <c>ConnectionMade</c>, then the pipes. Who waits for that hears also if the end came first.</summary>
    public void PostStart(Action made)
    {
        _whenMade = made;
        _core.PostLocal(new Message(s_start, this, _context));
    }

    public IBaseTransport? GetPipeTransport(int descriptor) =>
        descriptor is >= 0 and <= 2
            ? _pipes[descriptor]
            : throw new ArgumentOutOfRangeException(nameof(descriptor), descriptor, "A child has pipes 0, 1 and 2.");

    public void Close()
    {
        VerifyThread();
        if (!_closing)
        {
            End(null);
        }
    }

    public object? GetExtraInfo(string name) => null;

    public override string ToString()
    {
        string state = _ended ? "ended" : ReturnCode is { } code ? $"exited with {code}" : _closing ? "closing" : "running";
        return $"process {ProcessId} '{_program}' {state}";
    }

    private Registration Watch()
    {
        try
        {
            Registration registration = _core.Registrations.Add(_pidfd, SelectorEvents.Read, this);
            registration.Context = _context;
            return registration;
        }
        catch (ArgumentException refusal)
        {
            throw new PlatformNotSupportedException(
                "The selector of this loop watches sockets only; children need one that watches any descriptor, such as epoll or poll.",
                refusal);
        }
    }

    private void ConnectPipes(
        ChildDescriptors descriptors, Func<SubprocessTransport, int, StreamProtocol> pipeProtocol, WriteBufferLimits limits)
    {
        for (int i = 0; i < _pipes.Length; i++)
        {
            if (descriptors.Ours[i] < 0)
            {
                continue;
            }

            StreamProtocol protocol = pipeProtocol(this, i);
            PipeDescriptor pipe = PipeDescriptor.Own(descriptors.Ours[i]);
            _pipes[i] = i == 0
                ? new WritePipeTransport(_core, pipe, protocol, this) { WriteBufferLimits = limits }
                : new ReadPipeTransport(_core, pipe, protocol, this);
            descriptors.Taken(i);
            _openPipes++;
        }
    }

    private void Start()
    {
        Action? made = _whenMade;
        _whenMade = null;
        if (!_closing)
        {
            _made = true;
            try
            {
                _protocol.ConnectionMade(this);
            }
            catch (Exception failure) when (failure is not FatalLoopException)
            {
                ProtocolFailed(nameof(_protocol.ConnectionMade), failure);
            }

            foreach (PipeTransport? pipe in _pipes)
            {
                pipe?.Start();
            }

            _registration?.Reader = this;
            if (_pidfd < 0)
            {
                CollectedByOthers();
            }
        }

        made?.Invoke();
    }

    private void ProtocolFailed(string callback, Exception failure)
    {
        ServedProtocol.ReportFatal(_core, this, _protocol, callback, failure);
        if (!_lostScheduled)
        {
            End(failure);
        }
    }

    private void VerifyThread()
    {
        if (!_core.IsOnLoop && _core.IsRunning)
        {
            throw new InvalidOperationException(
                $"The process belongs to loop '{_core.Name}', which runs on another thread: post the call to the loop.");
        }
    }
}
