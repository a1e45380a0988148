using System.Net.Sockets;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// Reading: a receive is always under way, and what it brings while nobody wants it is kept for later.
/// </summary>
internal sealed partial class CompletionTransport
{
    private byte[]? _block;
    private int _heldStart;
    private int _heldEnd;
    private bool _heldEof;
    private bool _probing;
    private bool _delivering;
    private bool _deliveryQueued;

    protected override bool IsWaitingForData => _receive.IsPending && !_probing;

    private bool HoldsData => _heldStart != _heldEnd;

    protected override void StartReading() => ReceiveNext();

    protected override void GoOnReading()
    {
        // Never inside the call that resumed.
        if ((HoldsData || _heldEof) && !_deliveryQueued && !_delivering)
        {
            _deliveryQueued = true;
            Core.PostLocal(new Message(s_deliver, this, Registration?.Context));
        }
    }

    protected override void StopReading()
    {
        // A receive that is under way stays so; what it brings is dropped.
    }

    private void ReceiveNext()
    {
        if (_receive.IsPending || IsClosing || EofSeen || _heldEof)
        {
            return;
        }

        if (HoldsData)
        {
            // A receive without room ends when there is more to read, which says nothing, or when the connection is broken.
            _probing = true;
            _receive.SetBuffer(Memory<byte>.Empty);
        }
        else
        {
            _block ??= _blocks.Rent();
            _receive.SetBuffer(_block);
        }

        _receive.Receive(_socket);
    }

    private void Received()
    {
        bool probed = _probing;
        _probing = false;
        if (IsLosing)
        {
            return;
        }

        if (_receive.SocketError != SocketError.Success)
        {
            // The peer's doing, not ours: it goes to the protocol, not to the exception handler.
            TraceState("was ended by its peer");
            ForceClose(CompletionErrors.Create(_receive.SocketError, "Receiving"));
        }
        else if (!probed)
        {
            (_heldStart, _heldEnd) = (0, _receive.BytesTransferred);
            _heldEof = _receive.BytesTransferred == 0;
            DeliverHeld();
        }
        else if (!BrokenBehindWhatIsHeld() && !HoldsData)
        {
            ReceiveNext();
        }
    }

    /// <summary>A receive without room does not say why it ended.</summary>
    private bool BrokenBehindWhatIsHeld()
    {
        Span<byte> one = stackalloc byte[1];
        _ = _socket.Receive(one, SocketFlags.Peek, out SocketError error);
        if (error is not (SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.NetworkReset or SocketError.TimedOut))
        {
            return false;
        }

        ForceClose(CompletionErrors.Create(error, "The connection"));
        return true;
    }

    private void DeliverHeld()
    {
        _deliveryQueued = false;
        if (_heldEof)
        {
            if (WantsData)
            {
                EndOfStream();
            }

            return;
        }

        _delivering = true;
        try
        {
            while (HoldsData && WantsData)
            {
                Deliver();
            }
        }
        finally
        {
            _delivering = false;
            if (WantsData && HoldsData)
            {
                // A fatal exception left in the middle.
                GoOnReading();
            }
            else
            {
                ReceiveNext();
            }
        }
    }

    private void Deliver()
    {
        if (SpanProtocol is not { } protocol)
        {
            DeliverBuffered((BufferedProtocol)Protocol);
            return;
        }

        ReadOnlySpan<byte> data = _block.AsSpan(_heldStart, _heldEnd - _heldStart);
        _heldStart = _heldEnd;
        try
        {
            protocol.DataReceived(data);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(protocol.DataReceived), failure);
        }
    }

    private void DeliverBuffered(BufferedProtocol protocol)
    {
        string callback = nameof(protocol.GetBuffer);
        try
        {
            Memory<byte> buffer = protocol.GetBuffer(-1);
            if (buffer.IsEmpty)
            {
                throw new InvalidOperationException("GetBuffer returned an empty buffer; at least one byte is needed.");
            }

            if (!WantsData)
            {
                // Asked for room, the protocol paused or closed instead.
                return;
            }

            int count = Math.Min(buffer.Length, _heldEnd - _heldStart);
            _block.AsSpan(_heldStart, count).CopyTo(buffer.Span);
            _heldStart += count;
            callback = nameof(protocol.BufferUpdated);
            protocol.BufferUpdated(count);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(callback, failure);
        }
    }

    private void ReleaseBlock()
    {
        if (_block is { } block)
        {
            _block = null;
            _heldStart = _heldEnd = 0;
            _blocks.Return(block);
        }
    }
}
