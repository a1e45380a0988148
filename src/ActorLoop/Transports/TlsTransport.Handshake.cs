using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Security.Authentication;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>The handshake: when it begins, how long it may take, and what it means when it fails.</summary>
internal sealed partial class TlsTransport
{
    private static readonly Action<object?> s_begin = static transport => ((TlsTransport)transport!).BeginReading();
    private static readonly Action<object?> s_tooLong = static transport => ((TlsTransport)transport!).HandshakeTookTooLong();

    private Action<Exception?>? _whenReady;
    private TimerHandle? _timer;
    private LinkedListNode<TlsTransport>? _place;
    private Task _handshake = Task.CompletedTask;
    private bool _handshakeDone;
    private long _handshakeStart;
    private bool _holdsGate;

    /// <summary>Who is told, once, when the handshake is done or has failed.</summary>
    public void OnReady(Action<Exception?> whenReady) => _whenReady = whenReady;

    /// <summary>Takes the place of the protocol of a transport whose user wants TLS from now on.</summary>
    public void Upgrade(ITransport below, ReadOnlyMemory<byte> received)
    {
        // The protocol above knows the connection already, and must hear of its end.
        _made = true;
        // It may have been paused by the transport below.
        _abovePaused = null;
        below.Protocol = this;
        Attach(below);
        if (!received.IsEmpty && _state != TlsState.Failed)
        {
            DataReceived(received.Span);
        }

        below.ResumeReading();
    }

    /// <summary>A place among the running handshakes became free.</summary>
    public void Admit()
    {
        _place = null;
        _holdsGate = true;
        _core.PostLocal(new Message(s_continue, this));
    }

    private void Attach(ITransport below)
    {
        _below = below;
        _stream.Connect(below);
        WriteBufferLimits = below.WriteBufferLimits;
        _timer = _core.CallLater(_settings.HandshakeTimeout, s_tooLong, this);
        if (!_settings.IsServer)
        {
            Pump();
        }
    }

    /// <summary>
    /// Begins as soon as there is something to do: a client that says nothing costs neither a place nor OpenSSL's memory.
    /// </summary>
    private bool BeginHandshake()
    {
        if (_settings.IsServer && !_records.IsReady)
        {
            return false;
        }

        if (_settings.Gate is { } gate && !_holdsGate)
        {
            if (_state == TlsState.Waiting || !gate.TryEnter(this, ref _place))
            {
                _state = TlsState.Waiting;
                return false;
            }

            _holdsGate = true;
        }

        _state = TlsState.Handshaking;
        _handshakeStart = _core.Clock.Ticks;
        _ssl = new SslStream(_stream, leaveInnerStreamOpen: true);
        using (TlsInline.Begin())
        {
            _handshake = _settings.AuthenticateAsync(_ssl, _core.Loop);
            _handshake.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(HandshakeCompleted);
        }

        return true;
    }

    /// <summary>Runs inside whatever completed the handshake; that goes on first.</summary>
    private void HandshakeCompleted()
    {
        // Looked at, whoever comes to it: one that fails after the end is nobody's concern.
        _ = _handshake.Exception;
        _handshakeDone = true;
        if (!_pumping || !_core.IsOnLoop)
        {
            _core.TryPost(new Message(s_continue, this));
        }
    }

    private bool StepHandshake()
    {
        if (_handshakeDone)
        {
            if (_handshake.Exception is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure.InnerException!);
            }

            FinishHandshake();
            return false;
        }

        if (_stream.IsWaiting && _records.IsReady)
        {
            _stream.Supply();
            return true;
        }

        return false;
    }

    private void FinishHandshake()
    {
        _state = TlsState.Open;
        CancelTimers();
        LeaveGate();
        _details = new TlsDetails(_ssl!);
        if (_core.Traces)
        {
            TimeSpan taken = TimeSpan.FromTicks(_core.Clock.Ticks - _handshakeStart);
            _core.Errors.Trace($"The TLS handshake of {RemoteEndPoint} took {taken.TotalMilliseconds:F1} ms");
        }

        if (!_made)
        {
            _made = true;
            try
            {
                ((StreamProtocol)_protocol).ConnectionMade(this);
            }
            catch (Exception failure) when (failure is not FatalLoopException)
            {
                ProtocolFailed(nameof(StreamProtocol.ConnectionMade), failure);
            }
        }

        TellReady(null);
        SendEarlyWrites();
        // In a later message: who waits for the connection hears of it before its first data.
        _core.PostLocal(new Message(s_begin, this));
    }

    private void HandshakeTookTooLong()
    {
        _timer = null;
        if (_state is TlsState.Failed)
        {
            // What was to be sent, an alert, could not be sent all this time.
            _below!.Abort();
            return;
        }

        EndHandshake(new SocketException(
            (int)SocketError.ConnectionAborted,
            $"The TLS handshake takes longer than {_settings.HandshakeTimeout.TotalSeconds} s: the connection was aborted."));
    }

    /// <summary>The peer went away before the handshake was done.</summary>
    private static SocketException GoneDuringHandshake() =>
        new((int)SocketError.ConnectionReset, "The peer ended the connection during the TLS handshake.");

    /// <summary>Ends the connection below, at once or, where an alert may be on its way to the peer, in order.</summary>
    private void EndHandshake(Exception failure, bool alert = false)
    {
        _state = TlsState.Failed;
        _failure ??= failure;
        _closing = true;
        LeaveGate();
        TellHandshakeFailure(_failure);
        if (alert)
        {
            _below!.Close();
        }
        else
        {
            CancelTimers();
            _below!.Abort();
        }
    }

    private void TellHandshakeFailure(Exception failure)
    {
        if (!_settings.IsServer || _whenReady is not null)
        {
            // Whoever waits for the connection is told by the exception.
            return;
        }

        TlsLoopShare share = TlsLoopShare.Of(_core.Loop);
        if (failure is AuthenticationException or IOException or SocketException)
        {
            share.Warn(_core, $"The TLS handshake of {RemoteEndPoint} failed: {failure.Message}");
            return;
        }

        share.Report(_core, new LoopExceptionContext($"A callback failed during the TLS handshake of {RemoteEndPoint}")
        {
            Kind = LoopErrorKind.Tls,
            Exception = failure,
            Transport = this,
            Protocol = _protocol,
        });
    }

    private void LeaveGate()
    {
        if (_place is { } place)
        {
            _place = null;
            _settings.Gate!.GiveUp(place);
        }
        else if (_holdsGate)
        {
            _holdsGate = false;
            _settings.Gate!.Leave();
        }
    }

    private void TellReady(Exception? failure)
    {
        Action<Exception?>? whenReady = _whenReady;
        _whenReady = null;
        whenReady?.Invoke(failure);
    }
}
