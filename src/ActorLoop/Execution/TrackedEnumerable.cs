namespace ActorLoop.Execution;

/// <summary>A sequence whose enumerators are in the set of the loop while they are open.</summary>
internal sealed class TrackedEnumerable<T>(IAsyncEnumerable<T> source, EnumeratorSet set) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        IAsyncEnumerator<T> enumerator = source.GetAsyncEnumerator(cancellationToken);
        return new Enumerator(enumerator, set.Add(enumerator));
    }

    private sealed class Enumerator(IAsyncEnumerator<T> inner, IDisposable tracking) : IAsyncEnumerator<T>
    {
        public T Current => inner.Current;

        public ValueTask<bool> MoveNextAsync() => inner.MoveNextAsync();

        public ValueTask DisposeAsync()
        {
            tracking.Dispose();
            return inner.DisposeAsync();
        }
    }
}
