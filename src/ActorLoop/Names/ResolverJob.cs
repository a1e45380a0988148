namespace ActorLoop.Names;

/// <summary>One lookup on its way through a <see cref="ResolverPool"/>, whose lock guards everything here.</summary>
internal abstract class ResolverJob(object key)
{
    public object Key => key;

    /// <summary>Its place among those that wait for a thread; null once it runs.</summary>
    public LinkedListNode<ResolverJob>? Place { get; set; }

    public abstract int Waiters { get; }

    /// <summary>Blocks until there is an answer or a reason why not. Runs outside the lock and never throws.</summary>
    public abstract void Run();

    /// <summary>Tells everybody who waits. Runs outside the lock, once nobody can join any more.</summary>
    public abstract void Tell();
}

/// <inheritdoc/>
internal sealed class ResolverJob<T>(object key, Func<T> work) : ResolverJob(key)
{
    private readonly List<ResolverWaiter<T>> _waiters = [];
    private T? _answer;
    private Exception? _failure;

    public override int Waiters => _waiters.Count;

    public void Join(ResolverWaiter<T> waiter) => _waiters.Add(waiter);

    public bool Leave(ResolverWaiter<T> waiter) => _waiters.Remove(waiter);

    public override void Run()
    {
        try
        {
            _answer = work();
        }
        catch (Exception failure)
        {
            // Whatever a resolver throws belongs to who asked; the thread goes on with the next lookup.
            _failure = failure;
        }
    }

    public override void Tell()
    {
        foreach (ResolverWaiter<T> waiter in _waiters)
        {
            waiter.Told(_answer, _failure);
        }
    }
}
