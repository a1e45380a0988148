using System.Runtime.CompilerServices;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>Reads what the selector says is there: one read a readiness, no allocation.</summary>
internal sealed class ReadPipeTransport : ReceivingPipe, IMessage
{
    /// <exception cref="IOException">The system cannot watch the descriptor.</exception>
    public ReadPipeTransport(LoopCore core, PipeDescriptor pipe, StreamProtocol protocol, IPipeOwner? owner = null)
        : base(core, pipe, protocol, owner) => Register(SelectorEvents.Read);

    /// <summary>The descriptor is readable or its other end is gone.</summary>
    void IMessage.Run()
    {
        if (LostScheduled)
        {
            return;
        }

        if (!WantsData)
        {
            ReadinessNobodyWants(Registration!.Seen);
        }
        else if (SpanProtocol is { } protocol)
        {
            ReadSpan(protocol);
        }
        else
        {
            ReadBuffered((BufferedProtocol)Protocol);
        }
    }

    protected override void Begin() => Registration!.Reader = this;

    protected override void Continue() => Watch(Interest | SelectorEvents.Read);

    private unsafe void ReadSpan(Protocol protocol)
    {
        var start = (byte*)Unsafe.AsPointer(ref Memory.Receive[0]);
        nint read = Interop.Read(Pipe.Descriptor, start, TransportMemory.ReceiveSize);
        if (read > 0)
        {
            Deliver(protocol, new ReadOnlySpan<byte>(start, (int)read));
        }
        else
        {
            NothingRead(read);
        }
    }

    private unsafe void ReadBuffered(BufferedProtocol protocol)
    {
        Memory<byte> buffer = AskForRoom(protocol);
        if (buffer.IsEmpty)
        {
            return;
        }

        nint read;
        fixed (byte* start = buffer.Span)
        {
            read = Interop.Read(Pipe.Descriptor, start, buffer.Length);
        }

        if (read > 0)
        {
            TellUpdated(protocol, (int)read);
        }
        else
        {
            NothingRead(read);
        }
    }

    private void NothingRead(nint result)
    {
        int error = result < 0 ? SocketErrors.Last() : 0;
        if (result == 0)
        {
            EndOfStream();
        }
        else if (!SocketErrors.IsTransient(error))
        {
            ReadFailed(error);
        }
    }

    /// <summary>A hang-up cannot be masked, and would be reported for ever while what came before it waits to be read.</summary>
    private void ReadinessNobodyWants(SelectorEvents seen)
    {
        if ((seen & (SelectorEvents.HangUp | SelectorEvents.Error)) != 0)
        {
            Core.Registrations.Park(Registration!);
        }
        else
        {
            Watch(Interest & ~SelectorEvents.Read);
        }
    }
}
