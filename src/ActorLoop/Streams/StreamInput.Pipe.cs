using System.IO.Pipelines;

namespace ActorLoop.Streams;

/// <summary>
/// Reading as a pipe: the reader is lent the buffer itself, and says afterwards how much of it is done with.
/// </summary>
internal sealed partial class StreamInput
{
    private PipeRead? _pipeRead;
    private int _examined;
    private bool _pipeReading;
    private bool _pipeCanceled;

    public ValueTask<ReadResult> ReadPipeAsync(object keeper, CancellationToken cancellationToken)
    {
        if (!TryEnter(cancellationToken, out ValueTask<ReadResult> refusal))
        {
            return refusal;
        }

        PipeRead read = _pipeRead is { IsFree: true } kept ? kept : _pipeRead = new PipeRead(this);
        return read.RunAsync(keeper, cancellationToken);
    }

    public bool TryReadPipe(out ReadResult result)
    {
        VerifyNobodyReads();
        return connection.IsBroken ? throw connection.Loss() : TryBeginPipeRead(out result);
    }

    public bool TryBeginPipeRead(out ReadResult result)
    {
        if (!_pipeCanceled && !IsEof && _buffer.Length <= _examined)
        {
            result = default;
            return false;
        }

        result = new ReadResult(_buffer.Sequence, _pipeCanceled, IsEof);
        _pipeCanceled = false;
        _pipeReading = true;
        return true;
    }

    public void AdvancePipe(SequencePosition consumed, SequencePosition examined)
    {
        if (!_pipeReading)
        {
            throw new InvalidOperationException("AdvanceTo answers a read, and there was none.");
        }

        int done = _buffer.OffsetOf(consumed);
        int seen = _buffer.OffsetOf(examined);
        if (done < 0 || seen > _buffer.Length || done > seen)
        {
            throw new InvalidOperationException(
                "AdvanceTo takes positions of the last read, consumed not after examined.");
        }

        _pipeReading = false;
        _buffer.Consume(done);
        _examined = seen;
        Consumed(done);
    }

    public void CancelPipeRead()
    {
        _pipeCanceled = true;
        if (_pending is PipeRead)
        {
            Advance();
        }
    }

    /// <summary>
    /// Nobody will read any more: what is there and what still comes is dropped, so that the end is seen.
    /// </summary>
    public void Complete()
    {
        _unwanted = true;
        _pipeReading = false;
        IReadOperation? pending = _pending;
        Forget();
        pending?.Fail(new InvalidOperationException("The pipe reader was completed while a read waited."));
        _buffer.Clear();
        if (_paused)
        {
            Resume();
        }
    }
}
