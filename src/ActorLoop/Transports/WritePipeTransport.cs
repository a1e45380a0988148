using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>Writes when the selector says there is room, and notices when the last reader goes away.</summary>
internal sealed unsafe class WritePipeTransport : SendingPipe, IMessage
{
    private WritableMessage? _writable;

    /// <exception cref="IOException">The system cannot watch the descriptor.</exception>
    public WritePipeTransport(LoopCore core, PipeDescriptor pipe, StreamProtocol protocol, IPipeOwner? owner = null)
        : base(core, pipe, protocol, owner) => Register(SelectorEvents.None);

    protected override bool MayBorrow => true;

    /// <summary>Nothing was asked for, so this is trouble: errors and hang-ups are always reported.</summary>
    void IMessage.Run()
    {
        if (LostScheduled || (Registration!.Seen & (SelectorEvents.HangUp | SelectorEvents.Error)) == 0)
        {
            return;
        }

        if (Pipe.Kind == PipeKind.Character)
        {
            // A terminal without a user may get one again. But it would be reported for ever; while bytes wait, writing will tell.
            if (!IsBlocked)
            {
                Core.Registrations.Park(Registration!);
            }

            return;
        }

        int error = Pipe.Kind == PipeKind.Socket ? Interop.TakeError(Pipe.Descriptor) : 0;
        ForceClose(error != 0 ? SocketErrors.Create(error, "The connection")
            : WriteBufferSize > 0 ? PipeErrors.ReaderGone()
            : null);
    }

    protected override void Begin() => Registration!.Reader = this;

    protected override void DropBuffer()
    {
        Outgoing?.Clear();
        Outgoing = null;
        IsBlocked = false;
    }

    protected override void SendNow(ReadOnlySpan<byte> data)
    {
        if (WriteBufferSize > 0)
        {
            base.SendNow(data);
            return;
        }

        nint written;
        fixed (byte* start = data)
        {
            written = Interop.Write(Pipe.Descriptor, start, data.Length);
        }

        if (Took(written, out int taken))
        {
            Outgoing!.Append(data[taken..], mayBorrow: false);
            AfterSend();
        }
    }

    protected override void SendBuffered()
    {
        Interop.Vector* vectors = stackalloc Interop.Vector[Interop.MaxVectors];
        int count = Outgoing!.Describe(vectors, Interop.MaxVectors);
        if (Took(Interop.WriteVectors(Pipe.Descriptor, vectors, count), out int taken))
        {
            Outgoing!.Consume(taken);
            AfterSend();
        }
    }

    private bool Took(nint result, out int taken)
    {
        taken = (int)Math.Max(result, 0);
        if (result >= 0)
        {
            return true;
        }

        int error = SocketErrors.Last();
        if (SocketErrors.IsTransient(error) || error is SocketErrors.NoBufferSpace or SocketErrors.OutOfMemory)
        {
            return true;
        }

        ForceClose(PipeErrors.Create(error, "Writing"));
        return false;
    }

    private void AfterSend()
    {
        if (WriteBufferSize == 0)
        {
            if (IsBlocked)
            {
                Registration!.Writer = null;
                Watch(SelectorEvents.None);
            }

            Drained();
        }
        else if (IsBlocked)
        {
            ResumeProtocolIfLow();
        }
        else
        {
            // What the system did not take must outlive the message it came with.
            Outgoing!.Own();
            IsBlocked = true;
            Registration!.Writer = _writable ??= new WritableMessage(this);
            Watch(SelectorEvents.Write);
            PauseProtocolIfFull();
        }
    }

    private void OnWritable()
    {
        if (!LostScheduled && IsBlocked)
        {
            SendBuffered();
        }
    }

    /// <summary>Readiness for writing, as a message; most pipes never need one.</summary>
    private sealed class WritableMessage(WritePipeTransport transport) : IMessage
    {
        public void Run() => transport.OnWritable();
    }
}
