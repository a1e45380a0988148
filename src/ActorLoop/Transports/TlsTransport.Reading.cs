using System.Runtime.CompilerServices;
using System.Security.Authentication;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>Reading: records in, data out, one record at a time, and nothing while reading is paused.</summary>
internal sealed partial class TlsTransport
{
    /// <summary>More than this is not taken from below while nobody decrypts it.</summary>
    private const int MaxHeld = 64 * 1024;

    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _read;
    private Action? _whenRead;
    private bool _reading;
    private bool _probing;
    private bool _readDone;
    private bool _pumping;
    private bool _started;
    private bool _paused;
    private bool _belowPaused;
    private bool _belowEnded;
    private bool _peerClosed;

    public bool IsReading => !_paused && !IsClosing;

    public void PauseReading()
    {
        VerifyThread();
        _paused |= !IsClosing;
        AdjustBelow();
    }

    public void ResumeReading()
    {
        VerifyThread();
        if (_paused && !IsClosing)
        {
            _paused = false;
            ContinueLater();
        }
    }

    /// <summary>Records, or pieces of them, arrived below.</summary>
    public override unsafe void DataReceived(ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            _records.Borrow(start, data.Length);
            Pump();
            _records.Keep();
        }

        AdjustBelow();
    }

    /// <summary>
    /// The connection below ended without a word; whether that is an attack depends on what was read until here.
    /// </summary>
    public override bool EofReceived()
    {
        _belowEnded = true;
        Pump();
        // We end the connection below ourselves, when everything has been looked at.
        return true;
    }

    /// <summary>Does whatever can be done now.</summary>
    private void Pump()
    {
        if (_pumping || _state is TlsState.Failed or TlsState.Ended)
        {
            return;
        }

        _pumping = true;
        try
        {
            while (Step())
            {
            }

            if (_belowEnded)
            {
                NothingMoreWillCome();
            }
        }
        catch (Exception failure) when (failure is not FatalLoopException && _state != TlsState.Ended)
        {
            Broken(failure);
        }
        finally
        {
            _pumping = false;
        }
    }

    private bool Step() => _state switch
    {
        TlsState.Fresh or TlsState.Waiting => BeginHandshake(),
        TlsState.Handshaking => StepHandshake(),
        TlsState.Open => _started && StepReading(),
        _ => false,
    };

    private void BeginReading()
    {
        _started = true;
        // Servers of TLS 1.3 send tickets now: waiting for data behind them must not hold a buffer.
        _probing = true;
        Pump();
        // What came with the end of the handshake may have been enough to pause the connection below.
        AdjustBelow();
    }

    private bool StepReading()
    {
        if (_peerClosed || (_paused && !_closing) || _below!.IsClosing)
        {
            return false;
        }

        if (_plainStart < _plainEnd)
        {
            DeliverPlain();
            return true;
        }

        if (_reading)
        {
            if (!_readDone && _records.IsReady && _stream.IsWaiting)
            {
                _stream.Supply();
            }
        }
        else if (_records.IsReady)
        {
            BeginRead(_probing);
        }

        if (!_readDone)
        {
            return false;
        }

        EndRead();
        return true;
    }

    private void BeginRead(bool probe)
    {
        _reading = true;
        _probing = probe;
        _plain ??= probe ? null : _memory.Blocks.Rent();
#pragma warning disable CA2012 // Its awaiter is kept and its result taken once, in EndRead.
        _read = _ssl!.ReadAsync(_plain.AsMemory()).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
        if (_read.IsCompleted)
        {
            _readDone = true;
        }
        else
        {
            _read.UnsafeOnCompleted(_whenRead ??= ReadCompleted);
        }
    }

    private void ReadCompleted()
    {
        _readDone = true;
        if (!_pumping || !_core.IsOnLoop)
        {
            _core.TryPost(new Message(s_continue, this));
        }
    }

    private void EndRead()
    {
        bool probed = _probing;
        _reading = false;
        _readDone = false;
        _probing = false;
#pragma warning disable VSTHRD002 // It is completed.
        int count = _read.GetResult();
#pragma warning restore VSTHRD002
        _read = default;
        if (probed)
        {
            // Decrypted data waits inside, or the end does.
            BeginRead(probe: false);
            return;
        }

        if (count == 0)
        {
            ReleasePlain();
            PeerClosed();
            return;
        }

        (_plainStart, _plainEnd) = (0, count);
        if (_closing)
        {
            // Only the peer's close_notify is still of interest.
            ReleasePlain();
        }
        else
        {
            DeliverPlain();
        }
    }

    /// <summary>The user must not be called inside a call of his: what waits is delivered in a message of its own.</summary>
    private void ContinueLater() => _core.PostLocal(new Message(s_continue, this));

    private void Continue()
    {
        NoteUnsent();
        AdjustBelow();
        Pump();
        AdjustBelow();
    }

    /// <summary>Lets data come from below only while somebody takes it.</summary>
    private void AdjustBelow()
    {
        bool pause = _below is { IsClosing: false }
            && ((_paused && !_closing) || _state == TlsState.Waiting || _records.HeldCount > MaxHeld);
        if (pause == _belowPaused)
        {
            return;
        }

        _belowPaused = pause;
        if (pause)
        {
            _below!.PauseReading();
        }
        else
        {
            _below!.ResumeReading();
        }
    }

    /// <summary>A record or the handshake is wrong, or a callback of the handshake threw.</summary>
    private void Broken(Exception failure)
    {
        if (_state != TlsState.Open)
        {
            EndHandshake(failure is IOException ? new AuthenticationException(failure.Message, failure) : failure, alert: true);
            return;
        }

        if (!_closing)
        {
            TlsLoopShare.Of(_core.Loop).Report(_core, new LoopExceptionContext("Fatal error on a TLS transport")
            {
                Kind = LoopErrorKind.Tls,
                Exception = failure,
                Transport = this,
                Protocol = _protocol,
            });
        }

        EndWith(failure);
    }
}
