using System.Runtime.CompilerServices;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>Reading: one receive per readiness, end of stream, and trouble while nobody reads.</summary>
internal sealed partial class SocketTransport
{
    private bool _started;
    private bool _paused;
    private bool _eofSeen;

    public bool IsReading => !_paused && !_closing && _file is null;

    private bool WantsData => _started && !_paused && !_closing && !_eofSeen && _file is null;

    public void PauseReading()
    {
        VerifyThread();
        if (_paused || _closing)
        {
            return;
        }

        // The selector is told only when data arrives meanwhile: pausing and resuming in one breath costs no system call.
        _paused = true;
        TraceState("pauses reading");
    }

    public void ResumeReading()
    {
        VerifyThread();
        if (_paused && !_closing)
        {
            _paused = false;
            TraceState("resumes reading");
            if (WantsData)
            {
                Watch(Interest | SelectorEvents.Read);
            }
        }
    }

    /// <summary>The descriptor is readable or in trouble.</summary>
    void IMessage.Run()
    {
        if (_lostScheduled)
        {
            return;
        }

        if (!WantsData)
        {
            ReadinessNobodyWants(_registration!.Seen);
        }
        else if (_spanProtocol is { } protocol)
        {
            ReceiveSpan(protocol);
        }
        else
        {
            ReceiveBuffered((BufferedProtocol)_protocol);
        }
    }

    private unsafe void ReceiveSpan(Protocol protocol)
    {
        byte[] buffer = _memory.Receive;
        var start = (byte*)Unsafe.AsPointer(ref buffer[0]);
        nint received = Interop.Receive(_socket.Descriptor, start, TransportMemory.ReceiveSize, 0);
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
            received = Interop.Receive(_socket.Descriptor, start, buffer.Length, 0);
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

    private void EndOfStream()
    {
        _eofSeen = true;
        TraceState("received the end of the stream");
        bool keepOpen;
        try
        {
            keepOpen = ((StreamProtocol)_protocol).EofReceived();
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(StreamProtocol.EofReceived), failure);
            // Forgiven, the call counts as one that did what the default does.
            keepOpen = false;
        }

        if (!keepOpen)
        {
            Close();
        }
        else if (_eofSent)
        {
            // Not every selector reports a hang-up, so do not wait for one.
            ForceClose(null);
        }
        else
        {
            Watch(Interest & ~SelectorEvents.Read);
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
            int error = Interop.TakeError(_socket.Descriptor);
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
        if (_eofSeen && !_blocked)
        {
            // Everything was read and sent, and nothing can come or go any more: both ended, or a Unix peer is gone altogether.
            ForceClose(null);
        }
        else if (!_blocked && _file is null)
        {
            // The peer is gone in an orderly way, but what it sent waits behind the pause: look again when reading resumes.
            _core.Registrations.Park(_registration!);
        }
    }
}
