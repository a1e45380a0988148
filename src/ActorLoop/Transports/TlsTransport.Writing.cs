using System.Buffers;

namespace ActorLoop.Transports;

/// <summary>
/// Writing: what one callback writes becomes one record; what the system does not take waits, encrypted, in the transport below.
/// </summary>
internal sealed partial class TlsTransport
{
    private const int SilentDrops = 4;

    private byte[]? _corked;
    private WriteBufferLimits _limits;
    private int _corkedCount;
    private ArrayBufferWriter<byte>? _early;
    private int _droppedWrites;
    private bool _flushQueued;
    private bool _writing;
    private bool _pauseWaits;
    private bool? _abovePaused = false;

    /// <summary>What waits to be encrypted, and the encrypted bytes that wait below.</summary>
    public int WriteBufferSize => _corkedCount + (_early?.WrittenCount ?? 0) + (_below?.WriteBufferSize ?? 0);

    public bool CanWriteEof => false;

    public WriteBufferLimits WriteBufferLimits
    {
        get => _limits;
        set
        {
            VerifyThread();
            _limits = value;
            if (_below is { } below)
            {
                // One write of ours becomes many below: the cap is checked once, here, before the first of them.
                below.WriteBufferLimits = new WriteBufferLimits(value.High, value.Low, int.MaxValue);
            }
        }
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        if (MayWrite(data.Length))
        {
            _writing = true;
            Cork(data);
            EndWrite();
        }
    }

    public void Write(in ReadOnlySequence<byte> data)
    {
        if (MayWrite(data.Length))
        {
            _writing = true;
            foreach (ReadOnlyMemory<byte> piece in data)
            {
                Cork(piece.Span);
            }

            EndWrite();
        }
    }

    public void WriteEof() => throw new NotSupportedException(
        "TLS cannot end one direction: close the connection, or end the stream by the rules of the protocol above.");

    /// <summary>The message that wrote is over: what it collected becomes a record.</summary>
    public void Flush()
    {
        _flushQueued = false;
        if (_corkedCount > 0 && _state == TlsState.Open && !_closing)
        {
            Encrypt();
        }
    }

    /// <summary>The transport below is full.</summary>
    public override void PauseWriting()
    {
        if (_writing)
        {
            // The protocol may close in answer to it, which must not cut off the write that is being made.
            _pauseWaits = true;
        }
        else
        {
            TellFlowControl(pause: true);
        }
    }

    /// <summary>The transport below has room again.</summary>
    public override void ResumeWriting()
    {
        NoteUnsent();
        TellFlowControl(pause: false);
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
                _core.Errors.Warn(
                    $"Write number {_droppedWrites} to a connection that is closing or closed was dropped: {this}");
            }

            return false;
        }

        // What is collected here leaves at the end of the callback and says nothing about the peer.
        int buffered = WriteBufferSize - _corkedCount;
        if (buffered >= _limits.Cap)
        {
            EndWith(new WriteBufferOverflowException(
                $"The peer does not read: {buffered} bytes are buffered, the cap is {_limits.Cap}. "
                + "Stop writing between PauseWriting and ResumeWriting, or raise WriteBufferLimits.Cap."));
            return false;
        }

        return true;
    }

    /// <summary>Collects bytes; whenever a record is full, it leaves.</summary>
    private void Cork(ReadOnlySpan<byte> data)
    {
        if (_state != TlsState.Open)
        {
            (_early ??= new ArrayBufferWriter<byte>()).Write(data);
            return;
        }

        while (!data.IsEmpty && !IsClosing)
        {
            if (_corkedCount == BlockPool.BlockSize)
            {
                Encrypt();
                continue;
            }

            _corked ??= _memory.Blocks.Rent();
            int count = Math.Min(data.Length, BlockPool.BlockSize - _corkedCount);
            data[..count].CopyTo(_corked.AsSpan(_corkedCount));
            _corkedCount += count;
            data = data[count..];
        }
    }

    /// <summary>What was written during the handshake leaves now.</summary>
    private void SendEarlyWrites()
    {
        if (_early is { } early && !_closing)
        {
            _early = null;
            Cork(early.WrittenSpan);
            EncryptOrWait();
        }
    }

    private void EndWrite()
    {
        EncryptOrWait();
        _writing = false;
        if (_pauseWaits)
        {
            _pauseWaits = false;
            TellFlowControl(pause: true);
        }
    }

    private void EncryptOrWait()
    {
        if (IsClosing || _corkedCount == 0)
        {
            return;
        }

        bool wait = _core.IsOnLoop && _corkedCount < BlockPool.BlockSize && WriteBufferSize <= _limits.High;
        if (!wait)
        {
            Encrypt();
        }
        else if (!_flushQueued)
        {
            _flushQueued = true;
            _core.Flushes.Add(this);
        }
    }

    /// <summary>Makes a record of what was collected and gives it to the transport below.</summary>
    private void Encrypt()
    {
        byte[] block = _corked!;
        int count = _corkedCount;
        (_corked, _corkedCount) = (null, 0);
        try
        {
            ValueTask written = _ssl!.WriteAsync(new ReadOnlyMemory<byte>(block, 0, count));
            if (!written.IsCompleted)
            {
                // Only a renegotiation could make a write wait, and there is none.
                throw new InvalidOperationException("TLS did not take a write at once.");
            }

#pragma warning disable VSTHRD002 // It is completed.
            written.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Broken(failure);
        }

        _memory.Blocks.Return(block);
    }

    private void TellFlowControl(bool pause)
    {
        // In the handshake and after Close there is nobody to tell; a resume comes only behind its pause.
        if (!_made || _closing || pause == _abovePaused)
        {
            return;
        }

        _abovePaused = pause;
        FlowControl.Tell(_core, this, _protocol, pause);
    }

    private void ReleaseCorked()
    {
        _early = null;
        if (_corked is { } block)
        {
            (_corked, _corkedCount) = (null, 0);
            _memory.Blocks.Return(block);
        }
    }
}
