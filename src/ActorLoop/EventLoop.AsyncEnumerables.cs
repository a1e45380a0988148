using ActorLoop.Execution;

namespace ActorLoop;

/// <summary>Async enumerators that must be disposed before the loop ends.</summary>
public abstract partial class EventLoop
{
    private readonly EnumeratorSet _enumerators = new();

    /// <summary>
    /// Makes a sequence that is safe to leave half-way: an enumerator of it that is still open is disposed by
    /// <see cref="ShutdownAsyncEnumerablesAsync"/>. Takes the place of asyncio's hook for asynchronous generators.
    /// </summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="source">The sequence.</param>
    /// <returns>The same sequence; asking it for an enumerator after the shutdown throws.</returns>
#pragma warning disable VSTHRD200 // Not an operation to await but a view of the sequence, as WithCancellation is.
    public IAsyncEnumerable<T> Track<T>(IAsyncEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new TrackedEnumerable<T>(source, _enumerators);
    }
#pragma warning restore VSTHRD200

    /// <summary>Has an enumerator disposed by <see cref="ShutdownAsyncEnumerablesAsync"/>.</summary>
    /// <param name="enumerator">An open enumerator, or anything else that is to be disposed with them.</param>
    /// <returns>Ends the tracking when disposed; the enumerator itself is not touched.</returns>
    /// <remarks>Thread: any.</remarks>
    /// <exception cref="InvalidOperationException">The enumerators of this loop were shut down already.</exception>
    public IDisposable Track(IAsyncDisposable enumerator)
    {
        ArgumentNullException.ThrowIfNull(enumerator);
        return _enumerators.Add(enumerator);
    }

    /// <summary>
    /// Disposes every tracked enumerator that is still open, and refuses new ones from now on. Mirrors <c>shutdown_asyncgens</c>.
    /// </summary>
    /// <returns>Done when all are disposed.</returns>
    /// <remarks>
    /// Thread: the loop's. One that fails is reported to the exception handler and does not keep the others from being
    /// disposed; an
    /// enumerator that is waiting for its next element refuses to be disposed, so end its consumer first.
    /// </remarks>
    public Task ShutdownAsyncEnumerablesAsync()
    {
        Core.CheckThread(nameof(ShutdownAsyncEnumerablesAsync));
        return Task.WhenAll(_enumerators.TakeAll().Select(DisposeTrackedAsync));
    }

    private async Task DisposeTrackedAsync(IAsyncDisposable enumerator)
    {
        try
        {
            await enumerator.DisposeAsync();
        }
        catch (Exception exception)
        {
            CallExceptionHandler(new LoopExceptionContext("An error occurred while an async enumerator was closed")
            {
                Kind = LoopErrorKind.AsyncEnumerable,
                Exception = exception,
                AsyncEnumerator = enumerator,
            });
        }
    }
}
