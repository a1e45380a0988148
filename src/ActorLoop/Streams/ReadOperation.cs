using ActorLoop.Futures;

namespace ActorLoop.Streams;

/// <summary>
/// One kind of read: what it needs to be over, and what it gives then. Used again for the next read of its kind.
/// </summary>
internal abstract class ReadOperation<T>(StreamInput input) : LoopWait<T>(input.Host), IReadOperation
{
    public virtual Memory<byte> Target => default;

    public virtual bool WantsEverything => false;

    private protected StreamInput Input => input;

    /// <summary>Reads at once from what is buffered, or waits.</summary>
    /// <param name="keeper">Must not be collected while the read waits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> RunAsync(object keeper, CancellationToken cancellationToken)
    {
        try
        {
            if (TryFinish(out T result))
            {
                return new ValueTask<T>(result);
            }
        }
        catch (IOException failure)
        {
            return ValueTask.FromException<T>(failure);
        }

        Begin(cancellationToken);
        input.Wait(this, keeper);
        return Awaitable;
    }

    public virtual bool Filled(int count) => throw new InvalidOperationException("This read has no target.");

    public bool TryAdvance()
    {
        try
        {
            if (!TryFinish(out T result))
            {
                return false;
            }

            Succeed(result);
        }
        catch (IOException failure)
        {
            Fail(failure);
        }

        return true;
    }

    /// <summary>
    /// Whether what is buffered, or the end of the stream, is enough. Throws what the read fails with.
    /// </summary>
    private protected abstract bool TryFinish(out T result);

    private protected override void OnCanceled() => input.Withdraw(this);
}
