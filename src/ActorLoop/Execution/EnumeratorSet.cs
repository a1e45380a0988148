namespace ActorLoop.Execution;

/// <summary>The open enumerators of a loop, until they are shut down together.</summary>
internal sealed class EnumeratorSet
{
    private readonly Lock _gate = new();
    private readonly HashSet<IAsyncDisposable> _open = new(ReferenceEqualityComparer.Instance);
    private bool _isShutDown;

    public IDisposable Add(IAsyncDisposable enumerator)
    {
        lock (_gate)
        {
            if (_isShutDown)
            {
                throw new InvalidOperationException(
                    "An async enumerator was opened after ShutdownAsyncEnumerablesAsync: nobody would dispose it.");
            }

            _open.Add(enumerator);
        }

        return new Entry(this, enumerator);
    }

    public IAsyncDisposable[] TakeAll()
    {
        lock (_gate)
        {
            _isShutDown = true;
            IAsyncDisposable[] all = [.. _open];
            _open.Clear();
            return all;
        }
    }

    private void Remove(IAsyncDisposable enumerator)
    {
        lock (_gate)
        {
            _open.Remove(enumerator);
        }
    }

    private sealed class Entry(EnumeratorSet set, IAsyncDisposable enumerator) : IDisposable
    {
        public void Dispose() => set.Remove(enumerator);
    }
}
