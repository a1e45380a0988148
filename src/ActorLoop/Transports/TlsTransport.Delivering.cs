namespace ActorLoop.Transports;

/// <summary>What was decrypted, on its way to the protocol.</summary>
internal sealed partial class TlsTransport
{
    private byte[]? _plain;
    private int _plainStart;
    private int _plainEnd;

    private void DeliverPlain()
    {
        if (_spanProtocol is not { } protocol)
        {
            DeliverBuffered((BufferedProtocol)_protocol);
            return;
        }

        ReadOnlySpan<byte> data = _plain.AsSpan(_plainStart, _plainEnd - _plainStart);
        _plainStart = _plainEnd;
        try
        {
            protocol.DataReceived(data);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(protocol.DataReceived), failure);
        }

        ReleasePlain();
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

            if (IsClosing || _paused)
            {
                // Asked for room, the protocol paused or closed instead.
                return;
            }

            int count = Math.Min(buffer.Length, _plainEnd - _plainStart);
            _plain.AsSpan(_plainStart, count).CopyTo(buffer.Span);
            _plainStart += count;
            callback = nameof(protocol.BufferUpdated);
            protocol.BufferUpdated(count);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(callback, failure);
        }
        finally
        {
            if (_plainStart == _plainEnd || IsClosing)
            {
                ReleasePlain();
            }
        }
    }

    private void ReleasePlain()
    {
        if (_plain is { } plain)
        {
            (_plain, _plainStart, _plainEnd) = (null, 0, 0);
            _memory.Blocks.Return(plain);
        }
    }
}
