using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>
/// Sends a file through the writes of any transport. It stands in for the transport's protocol meanwhile, because flow control
/// is told to nobody else, and gives the place back with everything the other has missed.
/// </summary>
internal sealed class FileFallbackProtocol : Protocol
{
    private const int BlockSize = 16 * 1024;

    private readonly ITransport _transport;
    private readonly BaseProtocol _original;
    private readonly bool _wasReading;
    private TaskCompletionSource? _room;
    private bool _lost;
    private bool? _originalIsPaused;
    private bool _isPaused;
    private Exception? _reason;

    private FileFallbackProtocol(ITransport transport)
    {
        _transport = transport;
        _original = transport.Protocol;
        _wasReading = transport.IsReading;
        transport.PauseReading();
        transport.Protocol = this;
    }

    /// <summary>Done when the last byte is in the transport's buffer.</summary>
    public static async Task SendAsync(ITransport transport, FileTransfer file, CancellationToken cancellationToken)
    {
        var sender = new FileFallbackProtocol(transport);
        try
        {
            await sender.SendAsync(file, cancellationToken);
        }
        finally
        {
            sender.Restore();
        }
    }

    public override void PauseWriting()
    {
        _originalIsPaused ??= false;
        _isPaused = true;
    }

    public override void ResumeWriting()
    {
        _originalIsPaused ??= true;
        _isPaused = false;
        _room?.TrySetResult();
    }

    public override bool EofReceived() => _original is StreamProtocol stream && stream.EofReceived();

    public override void ConnectionLost(Exception? exception)
    {
        _lost = true;
        _reason = exception;
        _room?.TrySetResult();
        _original.ConnectionLost(exception);
    }

    private async Task SendAsync(FileTransfer file, CancellationToken cancellationToken)
    {
        var block = new byte[BlockSize];
        await RoomAsync(cancellationToken);
        while (file.Left > 0)
        {
            Memory<byte> wanted = block.AsMemory(0, (int)Math.Min(file.Left, BlockSize));
            int read = await file.Source.ReadAsync(wanted, file.Position, cancellationToken);
            ThrowIfClosing();
            if (read == 0)
            {
                return;
            }

            _transport.Write(wanted.Span[..read]);
            file.Add(read);
            await RoomAsync(cancellationToken);
        }
    }

    private async Task RoomAsync(CancellationToken cancellationToken)
    {
        // Above the high-water mark every transport has paused its protocol, also one that did so before we came.
        while (!_lost && _transport.WriteBufferSize > _transport.WriteBufferLimits.High)
        {
            _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _room.Task.WaitAsync(cancellationToken);
        }

        ThrowIfClosing();
    }

    private void ThrowIfClosing()
    {
        if (_lost || _transport.IsClosing)
        {
            throw _reason ?? new SocketException(
                (int)SocketError.ConnectionAborted, "The connection was closed while a file was being sent.");
        }
    }

    private void Restore()
    {
        if (_lost)
        {
            return;
        }

        _transport.Protocol = _original;
        if (_wasReading)
        {
            _transport.ResumeReading();
        }

        if (_originalIsPaused == true && !_isPaused)
        {
            _original.ResumeWriting();
        }
        else if (_originalIsPaused == false && _isPaused)
        {
            _original.PauseWriting();
        }
    }
}
