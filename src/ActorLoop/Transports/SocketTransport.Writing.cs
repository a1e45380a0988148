using System.Buffers;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>Writing: what one callback writes leaves together, the rest waits, and the protocol is paused in between.</summary>
internal sealed partial class SocketTransport
{
    /// <summary>Up to this many bytes are collected until the callback ends; more goes out at once, together with them.</summary>
    private const int CorkLimit = 16 * 1024;
    private const int SilentDrops = 4;

    private OutgoingBuffer? _outgoing;
    private WriteBufferLimits _limits;
    private WritableMessage? _writable;
    private int _droppedWrites;
    private bool _blocked;
    private bool _flushQueued;
    private bool _eofWritten;
    private bool _eofSent;
    private bool _protocolPaused;

    public int WriteBufferSize => _outgoing?.Size ?? 0;

    public bool CanWriteEof => true;

    public WriteBufferLimits WriteBufferLimits
    {
        get => _limits;
        set
        {
            VerifyThread();
            _limits = value;
            PauseProtocolIfFull();
        }
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        if (!MayWrite(data.Length))
        {
            return;
        }

        OutgoingBuffer outgoing = _outgoing ??= new OutgoingBuffer(_memory);
        if (_blocked)
        {
            outgoing.Append(data, mayBorrow: false);
            PauseProtocolIfFull();
        }
        else if (_core.IsOnLoop && outgoing.Size + data.Length <= Math.Min(CorkLimit, _limits.High))
        {
            outgoing.Append(data, mayBorrow: true);
            QueueFlush();
        }
        else
        {
            SendNow(data);
        }
    }

    public void Write(in ReadOnlySequence<byte> data)
    {
        if (data.IsSingleSegment)
        {
            Write(data.FirstSpan);
        }
        else if (MayWrite(data.Length))
        {
            WritePieces(data);
        }
    }

    public void WriteEof()
    {
        VerifyThread();
        if (_closing || _eofWritten)
        {
            return;
        }

        _eofWritten = true;
        if (WriteBufferSize == 0 && _file is null)
        {
            SendEof();
        }
    }

    /// <summary>The message that wrote is over: send what it collected.</summary>
    public void Flush()
    {
        _flushQueued = false;
        if (!_blocked && WriteBufferSize > 0)
        {
            SendBuffered();
        }
    }

    private bool MayWrite(long length)
    {
        VerifyThread();
        if (_eofWritten)
        {
            throw new InvalidOperationException("Write after WriteEof: the sending direction was ended.");
        }

        if (_file is not null)
        {
            throw new InvalidOperationException("Write during SendFileAsync: a file is being sent; await that first.");
        }

        if (length == 0)
        {
            return false;
        }

        if (_closing)
        {
            DropWrite();
            return false;
        }

        // Only what the system refused counts: bytes that wait for the end of the callback say nothing about the peer.
        if (_blocked && WriteBufferSize >= _limits.Cap)
        {
            ForceClose(new WriteBufferOverflowException(
                $"The peer does not read: {WriteBufferSize} bytes are buffered, the cap is {_limits.Cap}. "
                + "Stop writing between PauseWriting and ResumeWriting, or raise WriteBufferLimits.Cap."));
            return false;
        }

        return true;
    }

    private void DropWrite()
    {
        if (++_droppedWrites > SilentDrops)
        {
            _core.Errors.Warn($"Write number {_droppedWrites} to a connection that is closing or closed was dropped: {this}");
        }
    }

    private void QueueFlush()
    {
        if (!_flushQueued)
        {
            _flushQueued = true;
            _core.Flushes.Add(this);
        }
    }

    private void WritePieces(in ReadOnlySequence<byte> data)
    {
        OutgoingBuffer outgoing = _outgoing ??= new OutgoingBuffer(_memory);
        bool cork = _core.IsOnLoop && outgoing.Size + data.Length <= Math.Min(CorkLimit, _limits.High);
        if (!_blocked && !cork)
        {
            SendPieces(data);
            return;
        }

        Keep(data, mayBorrow: cork && !_blocked);
        if (_blocked)
        {
            PauseProtocolIfFull();
        }
        else
        {
            QueueFlush();
        }
    }

    /// <summary>Everything the kernel did not take is ours now, and the selector says when to go on.</summary>
    private void WaitUntilWritable()
    {
        _outgoing!.Own();
        _blocked = true;
        if (_registration is { } registration)
        {
            registration.Writer = _writable ??= new WritableMessage(this);
            Watch(registration.Interest | SelectorEvents.Write);
        }

        PauseProtocolIfFull();
    }

    private void OnWritable()
    {
        if (_lostScheduled)
        {
            return;
        }

        if (_blocked)
        {
            SendBuffered();
        }
        else if (_file is not null)
        {
            SendFileStep();
        }
    }

    /// <summary>The buffer is empty: whatever waited for that happens now.</summary>
    private void Drained()
    {
        if (_blocked)
        {
            _blocked = false;
            _registration!.Writer = null;
            Watch(Interest & ~SelectorEvents.Write);
        }

        if (_file is not null)
        {
            SendFileStep();
        }
        else
        {
            GoOnAfterDrain();
        }
    }

    private void GoOnAfterDrain()
    {
        ResumeProtocolIfLow();
        if (WriteBufferSize > 0)
        {
            // Resuming made the protocol write again; that flush comes back here.
            return;
        }

        if (_closing)
        {
            if (!_lostScheduled)
            {
                ScheduleLost(null);
            }
        }
        else if (_eofWritten && !_eofSent)
        {
            SendEof();
        }
    }

    private void SendEof()
    {
        _eofSent = true;
        // A peer that is gone already makes this fail; reading will tell.
        _ = Interop.Shutdown(_socket.Descriptor, Interop.ShutWrite);
        if (_eofSeen)
        {
            // Both directions have ended in order: nothing can come or go, so nothing is left to wait for.
            ForceClose(null);
        }
    }

    private void DropBuffer()
    {
        _outgoing?.Clear();
        _outgoing = null;
        _blocked = false;
    }

    /// <summary>Readiness for writing, as a message; most connections never need one.</summary>
    private sealed class WritableMessage(SocketTransport transport) : IMessage
    {
        public void Run() => transport.OnWritable();
    }
}
