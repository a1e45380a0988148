using System.Buffers;
using ActorLoop.Execution;

namespace ActorLoop.Transports;

/// <summary>
/// A pipe that is written: what a callback writes leaves together, the rest waits, and the protocol is paused in between. How
/// bytes leave is left open.
/// </summary>
internal abstract class SendingPipe(LoopCore core, PipeDescriptor pipe, StreamProtocol protocol, IPipeOwner? owner)
    : PipeTransport(core, pipe, protocol, owner), IFlushable
{
    private const int CorkLimit = 16 * 1024;
    private const int SilentDrops = 4;

    private WriteBufferLimits _limits;
    private int _droppedWrites;
    private bool _flushQueued;
    private bool _protocolPaused;

    public override bool IsInput => false;

    public override bool IsReading => false;

    public override int WriteBufferSize => Outgoing?.Size ?? 0;

    public override bool CanWriteEof => true;

    public override WriteBufferLimits WriteBufferLimits
    {
        get => _limits;
        set
        {
            VerifyThread();
            _limits = value;
            PauseProtocolIfFull();
        }
    }

    protected OutgoingBuffer? Outgoing { get; set; }

    /// <summary>Whether bytes wait for the system: it said so, or a thread is at work.</summary>
    protected bool IsBlocked { get; set; }

    /// <summary>Whether bytes may stay in the loop's receive buffer until the current message ends.</summary>
    protected abstract bool MayBorrow { get; }

    public override void PauseReading() => VerifyThread();

    public override void ResumeReading() => VerifyThread();

    public override void Write(ReadOnlySpan<byte> data)
    {
        if (!MayWrite(data.Length))
        {
            return;
        }

        OutgoingBuffer outgoing = Outgoing ??= new OutgoingBuffer(Memory);
        if (!IsBlocked && !MayCork(data.Length))
        {
            SendNow(data);
            return;
        }

        outgoing.Append(data, mayBorrow: MayBorrow && !IsBlocked);
        AfterAppend();
    }

    public override void Write(in ReadOnlySequence<byte> data)
    {
        if (data.IsSingleSegment)
        {
            Write(data.FirstSpan);
            return;
        }

        if (!MayWrite(data.Length))
        {
            return;
        }

        OutgoingBuffer outgoing = Outgoing ??= new OutgoingBuffer(Memory);
        bool send = !IsBlocked && !MayCork(data.Length);
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            if (!piece.IsEmpty)
            {
                outgoing.Append(piece.Span, mayBorrow: MayBorrow && !IsBlocked);
            }
        }

        if (send)
        {
            SendBuffered();
        }
        else
        {
            AfterAppend();
        }
    }

    /// <summary>The only direction there is ends, and with it the pipe.</summary>
    public override void WriteEof() => Close();

    public override void Close()
    {
        VerifyThread();
        if (!IsClosing)
        {
            IsClosing = true;
            if (WriteBufferSize == 0 && !IsBlocked)
            {
                ScheduleLost(null);
            }
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

    protected override string Describe() => $"write=<{(IsBlocked ? "polling" : "idle")}, bufsize={WriteBufferSize}>";

    protected abstract void SendBuffered();

    /// <summary>Sends what is buffered and then <paramref name="data"/>, as far as the system takes it, and keeps the rest.</summary>
    protected virtual void SendNow(ReadOnlySpan<byte> data)
    {
        Outgoing!.Append(data, mayBorrow: false);
        SendBuffered();
    }

    /// <summary>The buffer is empty and nobody works on it.</summary>
    protected void Drained()
    {
        IsBlocked = false;
        ResumeProtocolIfLow();

        // Resuming may have made the protocol write again; that flush comes back here.
        if (WriteBufferSize == 0 && IsClosing && !LostScheduled)
        {
            ScheduleLost(null);
        }
    }

    protected void PauseProtocolIfFull()
    {
        if (!_protocolPaused && !LostScheduled && WriteBufferSize > _limits.High)
        {
            _protocolPaused = true;
            TellFlowControl(nameof(BaseProtocol.PauseWriting), static protocol => protocol.PauseWriting());
        }
    }

    protected void ResumeProtocolIfLow()
    {
        if (_protocolPaused && !LostScheduled && WriteBufferSize <= _limits.Low)
        {
            _protocolPaused = false;
            TellFlowControl(nameof(BaseProtocol.ResumeWriting), static protocol => protocol.ResumeWriting());
        }
    }

    private void TellFlowControl(string callback, Action<BaseProtocol> call)
    {
        try
        {
            call(Protocol);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Core.Errors.Report(new LoopExceptionContext($"protocol.{callback}() failed")
            {
                Kind = LoopErrorKind.FlowControl,
                Exception = failure,
                Transport = this,
                Protocol = Protocol,
            });
        }
    }

    private bool MayCork(long length) =>
        Core.IsOnLoop && WriteBufferSize + length <= Math.Min(CorkLimit, _limits.High);

    private void AfterAppend()
    {
        if (IsBlocked)
        {
            PauseProtocolIfFull();
        }
        else if (!_flushQueued)
        {
            _flushQueued = true;
            Core.Flushes.Add(this);
        }
    }

    private bool MayWrite(long length)
    {
        VerifyThread();
        if (length == 0)
        {
            return false;
        }

        if (IsClosing)
        {
            if (++_droppedWrites > SilentDrops)
            {
                Core.Errors.Warn($"Write number {_droppedWrites} to a pipe that is closing or closed was dropped: {this}");
            }

            return false;
        }

        if (IsBlocked && WriteBufferSize >= _limits.Cap)
        {
            ForceClose(new WriteBufferOverflowException(
                $"The other end of the pipe does not read: {WriteBufferSize} bytes are buffered, the cap is {_limits.Cap}. "
                + "Stop writing between PauseWriting and ResumeWriting, or raise WriteBufferLimits.Cap."));
            return false;
        }

        return true;
    }
}
