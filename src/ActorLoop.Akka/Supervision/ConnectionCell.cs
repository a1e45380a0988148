using Akka.Actor;

namespace ActorLoop.Akka.Supervision;

/// <summary>
/// One connection between two worlds: the transport calls a protocol through it, and an Akka.NET actor speaks for it. What the
/// protocol throws becomes a failure of the actor, whose supervisor decides.
/// </summary>
/// <remarks>
/// Between a failure and the decision the protocol gets no data. Thread: the loop's; the actor runs there too. Once the loop is
/// closed the actor may run elsewhere, but then no protocol is called any more.
/// </remarks>
internal sealed class ConnectionCell
{
    private readonly Func<StreamProtocol> _factory;
    private readonly RestartMode _restartMode;
    private readonly Action<ConnectionCell>? _made;
    private StreamProtocol _inner;
    private StreamProtocol _decorator;
    private IActorRef? _actor;
    private IActorContext? _context;
    private Exception? _failure;
    private Exception? _reason;
    private int _failures;
    private bool _wasReading;
    private bool _eofOwed;
    private bool _isPaused;

    /// <param name="factory">Makes a protocol, now and for each restart that keeps the transport.</param>
    /// <param name="restartMode">What a restart means.</param>
    /// <param name="made">Told once the connection is there; it provides the actor.</param>
    public ConnectionCell(Func<StreamProtocol> factory, RestartMode restartMode, Action<ConnectionCell>? made)
    {
        _factory = factory;
        _restartMode = restartMode;
        _made = made;
        _inner = factory() ?? throw new InvalidOperationException("The protocol factory returned null.");
        _decorator = Decorate(_inner);
    }

    /// <summary>What the transport is given.</summary>
    public StreamProtocol Protocol => _decorator;

    /// <summary>Null before the connection is made.</summary>
    public ITransport? Transport { get; private set; }

    /// <summary>Whether a failure waits for the supervisor's decision.</summary>
    public bool IsSuspended => _failure is not null;

    public bool IsLost { get; private set; }

    /// <summary>Whether the connection outlives a restart of its actor.</summary>
    public bool KeepsTransport => _restartMode == RestartMode.KeepTransport && !IsLost && Transport is { IsClosing: false };

    /// <summary>The actor is there, for the first time or again.</summary>
    public void Attach(IActorRef actor, IActorContext context)
    {
        _actor = actor;
        _context = context;
        if (IsLost)
        {
            actor.Tell(new ConnectionEnded(_reason));
            return;
        }

        Tell();
        if (_failure is not null)
        {
            actor.Tell(new ConnectionFailed(_failures, _failure));
        }
    }

    /// <summary>Whether this failure still waits.</summary>
    public bool IsPending(int failure) => IsSuspended && failure == _failures;

    /// <summary>The supervisor said Resume: the callback that failed is forgotten.</summary>
    public void Resume(int failure)
    {
        if (!IsPending(failure))
        {
            return;
        }

        _failure = null;
        if (_eofOwed)
        {
            // The protocol did not say that it wants to go on writing, so it gets the default.
            _eofOwed = false;
            Transport!.Close();
        }
        else if (_wasReading)
        {
            Transport!.ResumeReading();
        }
    }

    /// <summary>The supervisor said Restart, and the transport stays: another protocol takes over.</summary>
    public void Replace(IActorRef actor, IActorContext context)
    {
        _actor = actor;
        _context = context;
        StreamProtocol inner = _factory() ?? throw new InvalidOperationException("The protocol factory returned null.");
        bool eof = _eofOwed;
        _eofOwed = false;
        _failure = null;
        _inner = inner;
        _decorator = Decorate(inner);
        Transport!.Protocol = _decorator;
        Tell();
        Made(Transport);
        if (_isPaused)
        {
            Paused();
        }

        if (eof)
        {
            if (!Eof())
            {
                Transport.Close();
            }
        }
        else if (!IsSuspended)
        {
            Transport.ResumeReading();
        }
    }

    /// <summary>Ends the connection; the protocol is told why.</summary>
    public void Abort(Exception? reason)
    {
        if (!IsLost)
        {
            _reason ??= _failure ?? reason;
            Transport?.Abort();
        }
    }

    /// <summary>A command to the protocol, for one that takes them.</summary>
    /// <returns>Whether it was one.</returns>
    public bool Command(object message)
    {
        try
        {
            return _inner is ICommandTarget target && target.Execute(message);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Failed(failure);
            return true;
        }
    }

    public void ConnectionMade(ITransport transport)
    {
        Transport = transport;
        _made?.Invoke(this);
        Made(transport);
    }

    public bool Eof()
    {
        try
        {
            bool keepOpen = _inner.EofReceived();
            Look();
            return keepOpen;
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            _eofOwed = true;
            Failed(failure);
            return true;
        }
    }

    public void Paused()
    {
        _isPaused = true;
        Guard(static inner => inner.PauseWriting());
    }

    public void Resumed()
    {
        _isPaused = false;
        Guard(static inner => inner.ResumeWriting());
    }

    public void Lost(Exception? exception)
    {
        IsLost = true;
        _reason ??= _failure ?? exception;
        _failure = null;
        try
        {
            _inner.ConnectionLost(_reason);
        }
        finally
        {
            _actor?.Tell(new ConnectionEnded(_reason));
        }
    }

    /// <summary>A callback threw.</summary>
    public void Failed(Exception failure)
    {
        if (IsSuspended || IsLost)
        {
            // One decision at a time: this one is only told.
            Transport!.Loop.CallExceptionHandler(new LoopExceptionContext("A protocol failed again while its supervisor decides")
            {
                Kind = LoopErrorKind.Other,
                Exception = failure,
                Protocol = _inner,
                Transport = Transport,
            });
            return;
        }

        _failures++;
        _failure = failure;
        _wasReading = Transport!.IsReading;
        Transport.PauseReading();
        _actor?.Tell(new ConnectionFailed(_failures, failure));
    }

    /// <summary>A callback may have put another protocol, or TLS, in our place: supervision goes with the connection.</summary>
    public void Look()
    {
        if (ReferenceEquals(Transport!.Protocol, _decorator) || Transport.IsClosing)
        {
            return;
        }

        if (Transport.Protocol is ITransport layer)
        {
            Transport = layer;
        }

        if (Transport.Protocol is StreamProtocol successor && !ReferenceEquals(successor, _decorator))
        {
            _inner = successor;
            _decorator = Decorate(successor);
            Transport.Protocol = _decorator;
        }
    }

    private StreamProtocol Decorate(StreamProtocol inner) => inner switch
    {
        Protocol protocol => new SupervisedProtocol(this, protocol),
        BufferedProtocol buffered => new SupervisedBufferedProtocol(this, buffered),
        _ => throw new InvalidOperationException($"{inner.GetType().Name} is neither a Protocol nor a BufferedProtocol."),
    };

    private void Tell()
    {
        if (_inner is ICommandTarget target && _context is not null)
        {
            target.Attached(_actor!, _context);
        }
    }

    private void Made(ITransport transport)
    {
        try
        {
            _inner.ConnectionMade(transport);
            Look();
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Failed(failure);
        }
    }

    private void Guard(Action<StreamProtocol> callback)
    {
        try
        {
            callback(_inner);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Failed(failure);
        }
    }
}
