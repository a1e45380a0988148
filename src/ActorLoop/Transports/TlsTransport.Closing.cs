namespace ActorLoop.Transports;

/// <summary>
/// The end: close_notify in both directions, and what it means when one is missing.
/// </summary>
internal sealed partial class TlsTransport
{
    private static readonly Action<object?> s_continue = static transport => ((TlsTransport)transport!).Continue();
    private static readonly Action<object?> s_shutdown = static transport => ((TlsTransport)transport!).ShutdownTimer();

    private int _unsent;
    private int _goodbyeSize;
    private bool _saidGoodbye;

    public void Close()
    {
        if (IsClosing)
        {
            return;
        }

        VerifyThread();
        if (_state != TlsState.Open)
        {
            EndWith(null);
            return;
        }

        if (!SayGoodbye())
        {
            return;
        }

        if (_settings.ShutdownTimeout == TimeSpan.Zero)
        {
            _below!.Close();
            return;
        }

        _timer = _core.CallLater(_settings.ShutdownTimeout, s_shutdown, this);
        // The peer's close_notify is behind everything it sent before; that must be read, also when reading was paused.
        ContinueLater();
    }

    public void Abort()
    {
        VerifyThread();
        if (_state != TlsState.Ended)
        {
            EndWith(null);
        }
    }

    /// <summary>Sends what was collected and then close_notify; false when the connection broke over it.</summary>
    private bool SayGoodbye()
    {
        if (_corkedCount > 0)
        {
            Encrypt();
        }

        if (_closing)
        {
            return false;
        }

        _closing = true;
        try
        {
            _saidGoodbye = true;
            int before = _below!.WriteBufferSize;
            // It writes to memory: it is done when it returns.
            Task shutdown = _ssl!.ShutdownAsync();
            if (shutdown.Exception is { } failure)
            {
                throw failure.InnerException!;
            }

            _goodbyeSize = Math.Max(0, _below.WriteBufferSize - before);
            NoteUnsent();
            return true;
        }
        catch (Exception broken) when (broken is not FatalLoopException)
        {
            Broken(broken);
            return false;
        }
    }

    /// <summary>The peer said that it sends no more.</summary>
    private void PeerClosed()
    {
        _peerClosed = true;
        if (_closing)
        {
            _below!.Close();
            return;
        }

        try
        {
            // Its answer changes nothing: TLS has no half-closed connections.
            _ = ((StreamProtocol)_protocol).EofReceived();
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(StreamProtocol.EofReceived), failure);
            if (_failure is not null)
            {
                return;
            }
        }

        if (IsClosing)
        {
            // Closed inside EofReceived: nothing more is to be waited for.
            _below!.Close();
        }
        else if (SayGoodbye())
        {
            _below!.Close();
            ArmShutdownTimer();
        }
    }

    /// <summary>The connection below ended; everything it brought has been looked at, unless reading is paused.</summary>
    private void NothingMoreWillCome()
    {
        if (_below!.IsClosing || (_paused && !_closing && HasUnread))
        {
            return;
        }

        if (_state != TlsState.Open)
        {
            EndHandshake(GoneDuringHandshake());
        }
        else if (_closing)
        {
            // We said goodbye and want nothing more: how the other side ends is its own affair.
            _below.Close();
        }
        else if (_started)
        {
            EndWith(new TlsTruncatedException(
                $"The connection with {RemoteEndPoint} ended without close_notify: what was received may be cut off."));
        }
    }

    /// <summary>
    /// Remembers how much of the protocol's data has not left yet, while that can be seen. Whether the goodbye behind it arrives
    /// does not matter: a peer that has said its own may be gone.
    /// </summary>
    private void NoteUnsent()
    {
        if (_saidGoodbye && _below is { IsClosing: false } below)
        {
            _unsent = Math.Max(0, below.WriteBufferSize - _goodbyeSize);
        }
    }

    private bool HasUnread => _readDone || _plainStart < _plainEnd || _records.IsReady;

    private void ArmShutdownTimer()
    {
        if (_timer is null && _settings.ShutdownTimeout > TimeSpan.Zero && _below!.WriteBufferSize > 0)
        {
            _timer = _core.CallLater(_settings.ShutdownTimeout, s_shutdown, this);
        }
    }

    /// <summary>
    /// A slow peer may take its time as long as it takes anything; one that does neither read nor answer is given up.
    /// </summary>
    private void ShutdownTimer()
    {
        _timer = null;
        int unsent = Math.Max(0, _below!.WriteBufferSize - _goodbyeSize);
        if (unsent < _unsent)
        {
            _unsent = unsent;
            _timer = _core.CallLater(_settings.ShutdownTimeout, s_shutdown, this);
            return;
        }

        EndWith(new TimeoutException(
            $"The TLS shutdown with {RemoteEndPoint} timed out after {_settings.ShutdownTimeout.TotalSeconds} s."));
    }
}
