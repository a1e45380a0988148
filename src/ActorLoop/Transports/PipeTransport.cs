using System.Buffers;
using System.Diagnostics;
using System.Net;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// One direction of bytes as an actor of its loop: the life cycle that all pipes share. To its protocol it is a transport of both
/// directions, one of which is not there.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
internal abstract partial class PipeTransport : ITransport, IDescriptorOwner
{
    private static readonly Action<object?> s_start = static transport => ((PipeTransport)transport!).Start();
    private static readonly Action<object?> s_lost = static transport => ((PipeTransport)transport!).Lost();

    private readonly IPipeOwner? _owner;
    private readonly ExecutionContext? _context;
    private BaseProtocol _protocol;
    private Exception? _error;
    private Action? _whenMade;

    protected PipeTransport(LoopCore core, PipeDescriptor pipe, StreamProtocol protocol, IPipeOwner? owner)
    {
        Core = core;
        Pipe = pipe;
        Memory = TransportMemory.Of(core.Loop);
        _owner = owner;
        _protocol = protocol;
        SpanProtocol = protocol as Protocol;
        _context = DefaultContext.CaptureUnlessDefault();
    }

    public EventLoop Loop => Core.Loop;

    public bool IsClosing { get; private protected set; }

    public EndPoint? LocalEndPoint => null;

    public EndPoint? RemoteEndPoint => null;

    public BaseProtocol Protocol
    {
        get => _protocol;
        set
        {
            _protocol = ServedProtocol.RequireStream(value, "pipe");
            SpanProtocol = value as Protocol;
        }
    }

    public abstract bool IsReading { get; }

    public abstract int WriteBufferSize { get; }

    public abstract WriteBufferLimits WriteBufferLimits { get; set; }

    public abstract bool CanWriteEof { get; }

    /// <summary>Whether bytes come out of it, rather than go in.</summary>
    public abstract bool IsInput { get; }

    /// <summary>Whether the protocol was told of the transport; it is not when the end came first.</summary>
    public bool IsMade { get; private set; }

    protected LoopCore Core { get; }

    protected PipeDescriptor Pipe { get; }

    protected TransportMemory Memory { get; }

    /// <summary>Null where threads do the work, and once the end is certain.</summary>
    protected Registration? Registration { get; private set; }

    protected Protocol? SpanProtocol { get; private set; }

    protected bool IsStarted { get; private set; }

    protected bool LostScheduled { get; private set; }

    protected SelectorEvents Interest => Registration?.Interest ?? SelectorEvents.None;

    private bool IsEnded { get; set; }

    /// <summary>Posts the start: <c>ConnectionMade</c>, and what follows from it.</summary>
    public void PostStart(Action? made)
    {
        _whenMade = made;
        Core.PostLocal(new Message(s_start, this, _context));
    }

    public void Start()
    {
        Action? made = _whenMade;
        _whenMade = null;
        if (!LostScheduled)
        {
            IsMade = true;
            try
            {
                ((StreamProtocol)_protocol).ConnectionMade(this);
            }
            catch (Exception failure) when (failure is not FatalLoopException)
            {
                ProtocolFailed(nameof(StreamProtocol.ConnectionMade), failure);
            }

            IsStarted = true;
            if (!LostScheduled)
            {
                Begin();
            }
        }

        made?.Invoke();
    }

    public abstract void PauseReading();

    public abstract void ResumeReading();

    public abstract void Write(ReadOnlySpan<byte> data);

    public abstract void Write(in ReadOnlySequence<byte> data);

    public abstract void WriteEof();

    public abstract void Close();

    public void Abort()
    {
        VerifyThread();
        ForceClose(null);
    }

    public object? GetExtraInfo(string name) => name == "pipe" ? Pipe.Given : null;

    /// <summary>The loop is being closed under a pipe that nobody ended.</summary>
    public void LoopClosing() => ForceClose(new LoopClosedException(Core.Name));

    public void LoopDropped() => Pipe.Drop();

    public override string ToString()
    {
        string state = IsEnded ? "closed" : IsClosing ? "closing" : "open";
        return $"{(IsInput ? "read" : "write")} pipe {state} fd={Pipe.Descriptor} {Describe()}";
    }

    protected abstract string Describe();

    /// <summary>The protocol knows the transport: readiness may come.</summary>
    protected abstract void Begin();

    /// <summary>Drops what is buffered.</summary>
    protected abstract void DropBuffer();

    /// <summary>Lets the selector watch the descriptor, whose messages have no receiver before <see cref="Begin"/>.</summary>
    /// <exception cref="IOException">The system cannot watch it.</exception>
    protected void Register(SelectorEvents interest)
    {
        Registration = Core.Registrations.Add(Pipe.Descriptor, interest, this);
        Registration.Context = _context;
    }

    /// <summary>Without a selector that knows us, the loop must still find us when it closes.</summary>
    protected void RegisterUnwatched() => Core.Registrations.AddUnwatched(this);

    /// <summary>Posts a message that runs as the others of this transport do. Thread: any.</summary>
    protected void PostBack(IMessage message) => _ = Core.TryPost(new Message(message, null, _context));

    protected void Watch(SelectorEvents interest)
    {
        if (Registration is { } registration)
        {
            Core.Registrations.Watch(registration, interest);
        }
    }

    protected void ProtocolFailed(string callback, Exception failure)
    {
        ServedProtocol.ReportFatal(Core, this, _protocol, callback, failure);
        ForceClose(failure);
    }

    /// <summary>Ends the pipe without sending what is buffered.</summary>
    protected void ForceClose(Exception? reason)
    {
        if (!LostScheduled)
        {
            IsClosing = true;
            DropBuffer();
            ScheduleLost(reason);
        }
    }

    protected void ScheduleLost(Exception? reason)
    {
        LostScheduled = true;
        _error = reason;
        if (Registration is { } registration)
        {
            Registration = null;
            Core.Registrations.Remove(registration);
        }
        else
        {
            Core.Registrations.RemoveUnwatched(this);
        }

        Core.PostLocal(new Message(s_lost, this, _context));
    }

    protected void VerifyThread()
    {
        if (!Core.IsOnLoop && Core.IsRunning)
        {
            throw new InvalidOperationException(
                $"The pipe belongs to loop '{Core.Name}', which runs on another thread: post the call to the loop.");
        }
    }

    private void Lost()
    {
        try
        {
            if (IsMade)
            {
                _protocol.ConnectionLost(_error);
            }
        }
        finally
        {
            IsEnded = true;
            DropBuffer();
            Pipe.Release();
            _node.End(withLoop: _error is LoopClosedException);
            _owner?.PipeEnded(this, _error);
        }
    }
}
