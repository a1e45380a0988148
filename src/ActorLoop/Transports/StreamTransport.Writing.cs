using System.Buffers;

namespace ActorLoop.Transports;

/// <summary>Writing: what one callback writes leaves together, the rest waits, and the protocol is paused in between.</summary>
internal abstract partial class StreamTransport
{
    /// <summary>Up to this many bytes are collected until the callback ends; more goes out at once, together with them.</summary>
    private const int CorkLimit = 16 * 1024;
    private const int SilentDrops = 4;

    private WriteBufferLimits _limits;
    private int _droppedWrites;
    private bool _flushQueued;
    private bool _protocolPaused;

    /// <summary>What was written and not sent yet; null until something is.</summary>
    protected OutgoingBuffer? Outgoing { get; private set; }

    /// <summary>Whether the system took less than it was given, so that writing waits.</summary>
    protected bool IsBlocked { get; private set; }

    protected bool EofWritten { get; private set; }

    protected bool EofSent { get; private set; }

    public int WriteBufferSize => Outgoing?.Size ?? 0;

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

        OutgoingBuffer outgoing = Outgoing ??= new OutgoingBuffer(Memory);
        if (IsBlocked)
        {
            outgoing.Append(data, mayBorrow: false);
            PauseProtocolIfFull();
        }
        else if (Core.IsOnLoop && outgoing.Size + data.Length <= Math.Min(CorkLimit, _limits.High))
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
        if (IsClosing || EofWritten)
        {
            return;
        }

        EofWritten = true;
        if (WriteBufferSize == 0 && File is null)
        {
            SendEof();
        }
    }

    /// <summary>The message that wrote is over: send what it collected.</summary>
    public void Flush()
    {
        _flushQueued = false;
        if (!IsBlocked && WriteBufferSize > 0)
        {
            SendBuffered();
        }
    }

    private bool MayWrite(long length)
    {
        VerifyThread();
        if (EofWritten)
        {
            throw new InvalidOperationException("Write after WriteEof: the sending direction was ended.");
        }

        if (File is not null)
        {
            throw new InvalidOperationException("Write during SendFileAsync: a file is being sent; await that first.");
        }

        if (length == 0)
        {
            return false;
        }

        if (IsClosing)
        {
            DropWrite();
            return false;
        }

        // Only what the system refused counts: bytes that wait for the end of the callback say nothing about the peer.
        if (IsBlocked && WriteBufferSize >= _limits.Cap)
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
            Core.Errors.Warn($"Write number {_droppedWrites} to a connection that is closing or closed was dropped: {this}");
        }
    }

    private void QueueFlush()
    {
        if (!_flushQueued)
        {
            _flushQueued = true;
            Core.Flushes.Add(this);
        }
    }

    private void WritePieces(in ReadOnlySequence<byte> data)
    {
        OutgoingBuffer outgoing = Outgoing ??= new OutgoingBuffer(Memory);
        bool cork = Core.IsOnLoop && outgoing.Size + data.Length <= Math.Min(CorkLimit, _limits.High);
        if (!IsBlocked && !cork)
        {
            SendPieces(data);
            return;
        }

        Keep(data, mayBorrow: cork && !IsBlocked);
        if (IsBlocked)
        {
            PauseProtocolIfFull();
        }
        else
        {
            QueueFlush();
        }
    }

    /// <summary>Everything the kernel did not take is ours now, and the kind of transport says when to go on.</summary>
    protected void WaitUntilWritable()
    {
        Outgoing!.Own();
        IsBlocked = true;
        AwaitRoom();
        PauseProtocolIfFull();
    }

    /// <summary>The bytes that the kernel took are gone from the buffer.</summary>
    protected void AfterSend()
    {
        if (WriteBufferSize == 0)
        {
            Drained();
        }
        else if (!IsBlocked)
        {
            WaitUntilWritable();
        }
        else
        {
            ResumeProtocolIfLow();
        }
    }

    protected void Keep(in ReadOnlySequence<byte> data, bool mayBorrow)
    {
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            if (!piece.IsEmpty)
            {
                Outgoing!.Append(piece.Span, mayBorrow);
            }
        }
    }

    /// <summary>The buffer is empty: whatever waited for that happens now.</summary>
    protected void Drained()
    {
        if (IsBlocked)
        {
            IsBlocked = false;
            ForgetRoom();
        }

        if (File is not null)
        {
            ContinueFile();
        }
        else
        {
            GoOnAfterDrain();
        }
    }

    protected void GoOnAfterDrain()
    {
        ResumeProtocolIfLow();
        if (WriteBufferSize > 0)
        {
            // Resuming made the protocol write again; that flush comes back here.
            return;
        }

        if (IsClosing)
        {
            if (!IsLosing)
            {
                ScheduleLost(null);
            }
        }
        else if (EofWritten && !EofSent)
        {
            SendEof();
        }
    }

    private void SendEof()
    {
        EofSent = true;
        // A peer that is gone already makes this fail; reading will tell.
        ShutdownSending();
        if (EofSeen)
        {
            // Both directions have ended in order: nothing can come or go, so nothing is left to wait for.
            ForceClose(null);
        }
    }

    private void DropBuffer()
    {
        if (Outgoing is { } outgoing)
        {
            Outgoing = null;
            Release(outgoing);
        }

        IsBlocked = false;
    }
}
