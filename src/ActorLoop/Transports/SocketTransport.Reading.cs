using System.Runtime.CompilerServices;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>Reading: one receive per readiness, end of stream, and trouble while nobody reads.</summary>
internal sealed partial class SocketTransport
{
    protected override bool IsWaitingForData => (Interest & SelectorEvents.Read) != 0;

    protected override void StartReading() => Registration?.Reader = this;

    // The selector is told that a pause began only when data arrives, but always that it is over.
    protected override void GoOnReading() => Watch(Interest | SelectorEvents.Read);

    protected override void StopReading() => Watch(Interest & ~SelectorEvents.Read);

    /// <summary>The descriptor is readable or in trouble.</summary>
    void IMessage.Run()
    {
        if (IsLosing)
        {
            return;
        }

        if (!WantsData)
        {
            ReadinessNobodyWants(Registration!.Seen);
        }
        else if (SpanProtocol is { } protocol)
        {
            ReceiveSpan(protocol);
        }
        else
        {
            ReceiveBuffered((BufferedProtocol)Protocol);
        }
    }

    private unsafe void ReceiveSpan(Protocol protocol)
    {
        byte[] buffer = Memory.Receive;
        var start = (byte*)Unsafe.AsPointer(ref buffer[0]);
        nint received = Interop.Receive(Handle.Descriptor, start, TransportMemory.ReceiveSize, 0);
        if (received <= 0)
        {
            NothingReceived(received);
            return;
        }

        try
        {
            protocol.DataReceived(new ReadOnlySpan<byte>(start, (int)received));
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(protocol.DataReceived), failure);
        }
    }

    private unsafe void ReceiveBuffered(BufferedProtocol protocol)
    {
        Memory<byte> buffer;
        try
        {
            buffer = protocol.GetBuffer(-1);
            if (buffer.IsEmpty)
            {
                throw new InvalidOperationException("GetBuffer returned an empty buffer; at least one byte is needed.");
            }
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(protocol.GetBuffer), failure);
            return;
        }

        if (!WantsData)
        {
            // Asked for room, the protocol paused or closed instead.
            return;
        }

        nint received;
        fixed (byte* start = buffer.Span)
        {
            received = Interop.Receive(Handle.Descriptor, start, buffer.Length, 0);
        }

        if (received <= 0)
        {
            NothingReceived(received);
            return;
        }

        try
        {
            protocol.BufferUpdated((int)received);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(protocol.BufferUpdated), failure);
        }
    }

    private void NothingReceived(nint result)
    {
        int error = result < 0 ? SocketErrors.Last() : 0;
        if (result == 0)
        {
            EndOfStream();
        }
        else if (!SocketErrors.IsTransient(error))
        {
            // The peer's doing, not ours: it goes to the protocol, not to the exception handler.
            TraceState("was ended by its peer");
            ForceClose(SocketErrors.Create(error, "Receiving"));
        }
    }

    /// <summary>
    /// Reading is paused, over, or ending, and still the kernel reports something. Errors and hang-ups cannot be masked:
    /// what is not
    /// consumed here would be reported again at once, for ever.
    /// </summary>
    private void ReadinessNobodyWants(SelectorEvents seen)
    {
        if ((seen & SelectorEvents.Error) != 0)
        {
            int error = Interop.TakeError(Handle.Descriptor);
            if (error != 0)
            {
                ForceClose(SocketErrors.Create(error, "The connection"));
                return;
            }
        }

        if ((seen & (SelectorEvents.HangUp | SelectorEvents.Error)) != 0)
        {
            HungUp();
        }
        else
        {
            Watch(Interest & ~SelectorEvents.Read);
        }
    }

    private void HungUp()
    {
        if (EofSeen && !IsBlocked)
        {
            // Everything was read and sent, and nothing can come or go any more: both ended, or a Unix peer is gone altogether.
            ForceClose(null);
        }
        else if (!IsBlocked && File is null)
        {
            // The peer is gone in an orderly way, but what it sent waits behind the pause: look again when reading resumes.
            Core.Registrations.Park(Registration!);
        }
    }
}
