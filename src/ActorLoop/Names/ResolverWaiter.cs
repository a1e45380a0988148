namespace ActorLoop.Names;

/// <summary>One caller who waits for a lookup, perhaps with others.</summary>
internal sealed class ResolverWaiter<T>(ResolverPool pool, ResolverJob<T> job)
{
    // Continuations run at once on the resolver's thread: an answer must not wait for a thread of a pool that may be starved.
    private readonly TaskCompletionSource<T> _outcome = new();
    private CancellationTokenRegistration _registration;

    public Task<T> Task => _outcome.Task;

    /// <summary>Outside the pool's lock: a token that is canceled already comes back at once.</summary>
    public void Watch(CancellationToken cancellationToken) => _registration = cancellationToken.UnsafeRegister(
        static (waiter, token) => ((ResolverWaiter<T>)waiter!).GiveUp(token), this);

    public void Told(T? answer, Exception? failure)
    {
        _registration.Unregister();
        if (failure is null)
        {
            _outcome.TrySetResult(answer!);
        }
        else
        {
            _outcome.TrySetException(failure);
        }
    }

    private void GiveUp(CancellationToken cancellationToken)
    {
        pool.Leave(job, this);
        _outcome.TrySetCanceled(cancellationToken);
    }
}
