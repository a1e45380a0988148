using System.Net;
using ActorLoop.Execution;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// One listening socket as an actor of its loop: accepts what waits, and backs off when the process runs out of descriptors.
/// </summary>
internal sealed class Listener : IMessage, IDescriptorOwner
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly LoopCore _core;
    private readonly IConnectionSink _sink;
    private readonly ListeningSocket _socket;
    private readonly int _descriptor;
    private readonly int _batch;
    private readonly bool _passesOptions;
    private readonly SpareDescriptors _spare = new();
    private Registration? _registration;
    private TimerHandle? _resume;
    private TimeSpan _pause;
    private bool _closed;

    /// <param name="core">The loop.</param>
    /// <param name="socket">Where to listen.</param>
    /// <param name="backlog">Of the system's queue, and how many are accepted in one go.</param>
    /// <param name="passesOptions">Whether the socket has the options of its connections, which get them from it then.</param>
    /// <param name="sink">Who gets the connections.</param>
    public Listener(LoopCore core, ListeningSocket socket, int backlog, bool passesOptions, IConnectionSink sink)
    {
        _core = core;
        _sink = sink;
        _socket = socket;
        _descriptor = socket.Descriptor;
        _batch = backlog;
        _passesOptions = passesOptions;
    }

    public EndPoint EndPoint => _socket.EndPoint;

    /// <summary>Told when accepting fails in a way that a pause does not mend; asked on the loop.</summary>
    public Action<Exception>? Broken { get; set; }

    public void Start(int backlog)
    {
        _socket.Listen(backlog);
        _registration = _core.Registrations.Add(_descriptor, SelectorEvents.Read, this);
        _registration.Reader = this;
    }

    public void Close()
    {
        if (_closed)
        {
            return;
        }

        Release().Close();
    }

    /// <summary>Ends, and gives up the socket as it is: those who wait in its queue are served by whoever takes it.</summary>
    public ListeningSocket Release()
    {
        _closed = true;
        Leave();
        _spare.Release();
        return _socket;
    }

    /// <summary>Begins anew on the same socket.</summary>
    public void Restart(int backlog)
    {
        if (!_closed)
        {
            Leave();
            _pause = TimeSpan.Zero;
            _socket.BindAgain();
            Start(backlog);
        }
    }

    public void LoopClosing() => Close();

    public void LoopDropped() => _spare.Release();

    public override string ToString() => $"the listening socket of {EndPoint}";

    /// <summary>The socket is readable: connections wait.</summary>
    void IMessage.Run()
    {
        if (_closed || _resume is not null)
        {
            return;
        }

        try
        {
            AcceptAll();
        }
        catch (Exception failure) when (failure is not FatalLoopException && Broken is not null)
        {
            Broken(failure);
        }
    }

    private unsafe void AcceptAll()
    {
        byte* address = stackalloc byte[SocketNames.MaxLength];
        for (int i = 0; i < _batch && !_closed; i++)
        {
            int length = SocketNames.MaxLength;
            int client = Interop.Accept(_descriptor, address, &length, Interop.NonBlockCloseOnExec);
            if (client >= 0)
            {
                EndPoint? peer = SocketNames.Parse(new ReadOnlySpan<byte>(address, length));
                _sink.Accepted(new AcceptedSocket(client, peer, _socket.NameOfAccepted, _passesOptions));
            }
            else if (!GoOnAfter(SocketErrors.Last()))
            {
                return;
            }
        }
    }

    /// <summary>Whether the next connection may be tried at once.</summary>
    private bool GoOnAfter(int error)
    {
        if (error == SocketErrors.WouldBlock)
        {
            // Nobody waits any more: the episode is over, if there was one. A single accepted client would not prove it.
            _pause = TimeSpan.Zero;
            return false;
        }

        if (SocketErrors.IsDeadOnArrival(error))
        {
            return true;
        }

        if (SocketErrors.IsExhaustion(error))
        {
            _spare.Release();
            SpareDescriptors.TurnAwayOne(_descriptor);
            BackOff(LoopErrorKind.AcceptExhausted, "socket.accept() out of system resource", error);
            return false;
        }

        if (SocketErrors.IsBrokenListener(error) && Broken is { } broken)
        {
            broken(SocketErrors.Create(error, "accept"));
            return false;
        }

        // Nobody knows what this is; trying again at once could fail at full speed.
        BackOff(LoopErrorKind.Accept, "Accepting a connection failed", error);
        return false;
    }

    /// <summary>One report an episode; each pause is longer than the last, until nobody waits any more.</summary>
    private void BackOff(LoopErrorKind kind, string what, int error)
    {
        if (_pause == TimeSpan.Zero)
        {
            Report(kind, what, error);
            if (_closed)
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
        _core.Registrations.Watch(_registration!, SelectorEvents.None);
        _resume = _core.CallLater(_pause, static listener => ((Listener)listener!).Resume(), this);
    }

    /// <summary>Accepts nothing for a while.</summary>
    public void Hold()
    {
        if (!_closed && _registration is not null && _resume is null)
        {
            Pause();
        }
    }

    /// <summary>Hears of nothing any more.</summary>
    private void Leave()
    {
        _resume?.Cancel();
        _resume = null;
        if (_registration is { } registration)
        {
            _registration = null;
            _core.Registrations.Remove(registration);
        }
    }

    private void Resume()
    {
        _resume = null;
        if (_closed)
        {
            return;
        }

        if (_spare.TryHold())
        {
            _core.Registrations.Watch(_registration!, SelectorEvents.Read);
            return;
        }

        // Accepting now would only use up what the rest of the process needs to live.
        _spare.Release();
        SpareDescriptors.TurnAwayOne(_descriptor);
        Pause();
    }

    private void Report(LoopErrorKind kind, string what, int error) =>
        _core.Errors.Report(new LoopExceptionContext($"{what} on {EndPoint}")
        {
            Kind = kind,
            Exception = SocketErrors.Create(error, "accept"),
            Socket = new TransportSocket(_descriptor, EndPoint, null),
        });
}
