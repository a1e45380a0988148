namespace ActorLoop.Streams;

/// <summary>The kinds of reads; one object of each kind serves all reads of that kind.</summary>
internal sealed partial class StreamInput
{
    private MemoryRead? _memoryRead;
    private ExactRead? _exactRead;
    private DelimitedRead? _delimitedRead;
    private EndRead? _endRead;

    public ValueTask<int> ReadAsync(object keeper, Memory<byte> target, CancellationToken cancellationToken)
    {
        if (!TryEnter(cancellationToken, out ValueTask<int> refusal))
        {
            return refusal;
        }

        if (target.IsEmpty)
        {
            return new ValueTask<int>(0);
        }

        if (_buffer.Length > 0)
        {
            return new ValueTask<int>(MoveTo(target.Span));
        }

        MemoryRead read = _memoryRead is { IsFree: true } kept ? kept : _memoryRead = new MemoryRead(this);
        return read.Into(target).RunAsync(keeper, cancellationToken);
    }

    public ValueTask<byte[]> ReadExactlyAsync(object keeper, int count, CancellationToken cancellationToken)
    {
        if (!TryEnter(cancellationToken, out ValueTask<byte[]> refusal))
        {
            return refusal;
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
        return FreeExactRead().Into(bytes, bytes).RunAsync(keeper, cancellationToken);
    }

    public ValueTask ReadExactlyAsync(object keeper, Memory<byte> target, CancellationToken cancellationToken)
    {
        if (!TryEnter(cancellationToken, out ValueTask<byte[]> refusal))
        {
            return new ValueTask(refusal.AsTask());
        }

        ExactRead read = FreeExactRead().Into(target, []);
        ValueTask wait = read.UntypedAwaitable;
        ValueTask<byte[]> outcome = read.RunAsync(keeper, cancellationToken);
        return read.IsPending ? wait
            : outcome.IsCompletedSuccessfully ? ValueTask.CompletedTask
            : new ValueTask(outcome.AsTask());
    }

    /// <param name="keeper">Must not be collected while the read waits.</param>
    /// <param name="separators">What to look for, the shortest first.</param>
    /// <param name="most">How many bytes may come before the separator; null is the limit of the stream.</param>
    /// <param name="endIsSeparator">Whether the end of the stream ends the last piece too.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<byte[]> ReadUntilAsync(
        object keeper,
        ReadOnlyMemory<byte>[] separators,
        int? most,
        bool endIsSeparator,
        CancellationToken cancellationToken)
    {
        if (!TryEnter(cancellationToken, out ValueTask<byte[]> refusal))
        {
            return refusal;
        }

        DelimitedRead read = _delimitedRead is { IsFree: true } kept ? kept : _delimitedRead = new DelimitedRead(this);
        return read.Until(separators, most ?? limit, endIsSeparator).RunAsync(keeper, cancellationToken);
    }

    public ValueTask<byte[]> ReadToEndAsync(object keeper, int most, CancellationToken cancellationToken)
    {
        if (!TryEnter(cancellationToken, out ValueTask<byte[]> refusal))
        {
            return refusal;
        }

        EndRead read = _endRead is { IsFree: true } kept ? kept : _endRead = new EndRead(this);
        return read.Within(most).RunAsync(keeper, cancellationToken);
    }

    private ExactRead FreeExactRead() => _exactRead is { IsFree: true } kept ? kept : _exactRead = new ExactRead(this);

    private bool TryEnter<T>(CancellationToken cancellationToken, out ValueTask<T> refusal)
    {
        VerifyNobodyReads();
        if (connection.IsBroken)
        {
            refusal = ValueTask.FromException<T>(connection.Loss());
            return false;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            refusal = ValueTask.FromCanceled<T>(cancellationToken);
            return false;
        }

        refusal = default;
        return true;
    }

    private void VerifyNobodyReads()
    {
        if (_pending is not null || _pipeReading)
        {
            throw new InvalidOperationException(
                $"Somebody reads from this stream already; one reader at a time. {connection.Transport}");
        }

        if (_unwanted)
        {
            throw new InvalidOperationException(
                "The pipe reader of this stream was completed: it is not read any more.");
        }
    }
}
