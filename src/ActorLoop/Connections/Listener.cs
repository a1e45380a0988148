using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// One listening socket as an actor of its loop: accepts what waits, and backs off when the process runs out of descriptors. How it
/// hears of who waits is the kind of loop's.
/// </summary>
internal abstract class Listener : IDescriptorOwner
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly ListeningSocket _socket;
    private readonly IConnectionSink _sink;
    private readonly bool _passesOptions;
    private readonly SpareDescriptors _spare = new();
    private TimerHandle? _resume;
    private TimeSpan _pause;

    /// <param name="core">The loop.</param>
    /// <param name="socket">Where to listen.</param>
    /// <param name="backlog">Of the system's queue, and how many are accepted in one go.</param>
    /// <param name="passesOptions">Whether the socket has the options of its connections, which get them from it then.</param>
    /// <param name="sink">Who gets the connections.</param>
    protected Listener(LoopCore core, ListeningSocket socket, int backlog, bool passesOptions, IConnectionSink sink)
    {
        Core = core;
        _sink = sink;
        _passesOptions = passesOptions;
        Descriptor = socket.Descriptor;
        Batch = backlog;
        _socket = socket;
    }

    public EndPoint EndPoint => _socket.EndPoint;

    /// <summary>Told when accepting fails in a way that a pause does not mend; asked on the loop.</summary>
    public Action<Exception>? Broken { get; set; }

    protected LoopCore Core { get; }

    protected int Descriptor { get; }

    /// <summary>How many connections one message accepts at most.</summary>
    protected int Batch { get; }

    /// <summary>The place in the loop's table, while it listens.</summary>
    protected Registration? Registration { get; private set; }

    protected bool IsClosed { get; private set; }

    /// <inheritdoc cref="ListeningSocket.IsNewCopy"/>
    protected bool IsNewCopy(int copy) => _socket.IsNewCopy(copy);

    protected bool IsPaused => _resume is not null;

    public void Start(int backlog)
    {
        _socket.Listen(backlog);
        Registration = Core.Registrations.Add(Descriptor, SelectorEvents.Read, this);
        Listen(_socket.Socket);
    }

    public void Close()
    {
        if (IsClosed)
        {
            return;
        }

        Release().Close();
    }

    /// <summary>Ends, and gives up the socket as it is: those who wait in its queue are served by whoever takes it.</summary>
    public ListeningSocket Release()
    {
        IsClosed = true;
        Leave();
        _spare.Release();
        return _socket;
    }

    /// <summary>Begins anew on the same socket.</summary>
    public void Restart(int backlog)
    {
        if (!IsClosed)
        {
            Leave();
            _pause = TimeSpan.Zero;
            _socket.BindAgain();
            Start(backlog);
        }
    }

    /// <summary>Accepts nothing for a while.</summary>
    public void Hold()
    {
        if (!IsClosed && Registration is not null && _resume is null)
        {
            Pause();
        }
    }

    public void LoopClosing() => Close();

    public void LoopDropped() => _spare.Release();

    public override string ToString() => $"the listening socket of {EndPoint}";

    /// <summary>The socket listens: accept from now on.</summary>
    protected abstract void Listen(Socket socket);

    /// <summary>The socket is about to be closed.</summary>
    protected virtual void StopListening()
    {
    }

    /// <summary>Accept nothing until <see cref="GoOn"/>.</summary>
    protected virtual void Suspend()
    {
    }

    protected abstract void GoOn();

    /// <summary>Nobody waits any more: the episode is over, if there was one. A single accepted client would not prove it.</summary>
    protected void NobodyWaits() => _pause = TimeSpan.Zero;

    protected void Deliver(SocketHandle socket, EndPoint? peer) =>
        _sink.Accepted(new AcceptedSocket(socket, peer, _socket.NameOfAccepted, _passesOptions));

    /// <summary>The process or the system has nothing left for another connection.</summary>
    protected void Exhausted(Exception failure)
    {
        _spare.Release();
        SpareDescriptors.TurnAwayOne(Descriptor);
        BackOff(LoopErrorKind.AcceptExhausted, "socket.accept() out of system resource", failure);
    }

    /// <summary>Nobody knows what this is; trying again at once could fail at full speed.</summary>
    protected void Failed(Exception failure) => BackOff(LoopErrorKind.Accept, "Accepting a connection failed", failure);

    /// <summary>One report an episode; each pause is longer than the last, until nobody waits any more.</summary>
    private void BackOff(LoopErrorKind kind, string what, Exception failure)
    {
        if (_pause == TimeSpan.Zero)
        {
            Report(kind, what, failure);
            if (IsClosed)
            {
                return;
            }
        }

        Pause();
    }

    private void Pause()
    {
        TimeSpan doubled = _pause * 2;
        _pause = doubled < FirstPause ? FirstPause : doubled > LongestPause ? LongestPause : doubled;
        Suspend();
        _resume = Core.CallLater(_pause, static listener => ((Listener)listener!).Resume(), this);
    }

    /// <summary>Hears of nothing any more.</summary>
    private void Leave()
    {
        _resume?.Cancel();
        _resume = null;
        if (Registration is { } registration)
        {
            Registration = null;
            Core.Registrations.Remove(registration);
            StopListening();
        }
    }

    private void Resume()
    {
        _resume = null;
        if (IsClosed)
        {
            return;
        }

        if (_spare.TryHold())
        {
            GoOn();
            return;
        }

        // Accepting now would only use up what the rest of the process needs to live.
        _spare.Release();
        SpareDescriptors.TurnAwayOne(Descriptor);
        Pause();
    }

    private void Report(LoopErrorKind kind, string what, Exception failure) =>
        Core.Errors.Report(new LoopExceptionContext($"{what} on {EndPoint}")
        {
            Kind = kind,
            Exception = failure,
            Socket = new TransportSocket(Descriptor, EndPoint, null),
        });
}
