using System.IO.Pipelines;

namespace ActorLoop.Streams;

/// <summary>The sending half of a stream for code that is written for pipes.</summary>
internal sealed class LoopPipeWriter(LoopStream stream, StreamConnection connection) : PipeWriter
{
    private readonly PipeWriterBlocks _blocks = new(connection.Memory);
    private bool _completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _blocks.Length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        VerifyUsable();
        return _blocks.Room(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        VerifyUsable();
        _blocks.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        VerifyUsable();
        WriteBlocks();
        return connection.Output.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        VerifyUsable();
        WriteBlocks();
        connection.Output.Write(source.Span);
        return connection.Output.FlushAsync(cancellationToken);
    }

    /// <remarks>Thread: any, as everywhere with pipes.</remarks>
    public override void CancelPendingFlush() => connection.RunOnLoop(connection.Output.CancelPendingFlush);

    /// <summary>Ends the sending direction after what was written; with an exception, the connection at once.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (!_completed)
        {
            _completed = true;
            connection.RunOnLoop(() => CompleteNow(exception));
        }
    }

    private void CompleteNow(Exception? exception)
    {
        if (exception is null)
        {
            WriteBlocks();
        }

        _blocks.Clear();
        connection.CompleteOutput(exception);
    }

    private void WriteBlocks()
    {
        if (_blocks.Length > 0)
        {
            connection.Output.Write(_blocks.Written);
        }

        _blocks.Clear();
        // Whoever writes through the pipe alone must not see its stream collected.
        GC.KeepAlive(stream);
    }

    private void VerifyUsable()
    {
        connection.VerifyThread();
        if (_completed)
        {
            throw new InvalidOperationException("The pipe writer was completed.");
        }
    }
}
