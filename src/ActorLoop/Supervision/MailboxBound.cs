namespace ActorLoop.Supervision;

/// <summary>The places of a bounded mailbox, and those who wait for one. Thread: any.</summary>
internal sealed class MailboxBound<TMessage>(ActorCell<TMessage> cell, int capacity)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private int _taken;
    private int _waiting;
    private bool _isClosed;

    public bool TryReserve()
    {
        for (int taken = Volatile.Read(ref _taken); taken < capacity;)
        {
            int seen = Interlocked.CompareExchange(ref _taken, taken + 1, taken);
            if (seen == taken)
            {
                return true;
            }

            taken = seen;
        }

        return false;
    }

    /// <summary>A message was taken out.</summary>
    public void Release()
    {
        Interlocked.Decrement(ref _taken);
        if (Volatile.Read(ref _waiting) != 0)
        {
            Admit();
        }
    }

    public Task WaitAsync(TMessage message, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(this, message);
        lock (_gate)
        {
            if (_isClosed)
            {
                Deliver(waiter);
                return waiter.Task;
            }

            waiter.Node = _waiters.AddLast(waiter);
            Interlocked.Increment(ref _waiting);
        }

        waiter.Register(cancellationToken);
        // A place may have become free between the refusal and the entry into the list.
        Admit();
        return waiter.Task;
    }

    /// <summary>The actor has ended: what waits would wait for ever.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        while (TryTakeWaiter(reserve: false, out Waiter? waiter))
        {
            Deliver(waiter);
        }
    }

    private void Admit()
    {
        while (TryTakeWaiter(reserve: true, out Waiter? waiter))
        {
            Deliver(waiter);
        }
    }

    private void Deliver(Waiter waiter)
    {
        // To an actor that has ended it is a dead letter, as any Tell.
        _ = cell.Accept(waiter.Message);
        waiter.Complete();
    }

    private bool TryTakeWaiter(bool reserve, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Waiter? waiter)
    {
        lock (_gate)
        {
            waiter = _waiters.First?.Value;
            if (waiter is null || (reserve && !TryReserve()))
            {
                waiter = null;
                return false;
            }

            Remove(waiter);
            return true;
        }
    }

    private bool Remove(Waiter waiter)
    {
        if (waiter.Node is not { } node)
        {
            return false;
        }

        _waiters.Remove(node);
        waiter.Node = null;
        Interlocked.Decrement(ref _waiting);
        return true;
    }

    private void Canceled(Waiter waiter, CancellationToken token)
    {
        lock (_gate)
        {
            if (!Remove(waiter))
            {
                return;
            }
        }

        waiter.Cancel(token);
    }

    private sealed class Waiter(MailboxBound<TMessage> bound, TMessage message)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private CancellationTokenRegistration _registration;

        public TMessage Message => message;

        public LinkedListNode<Waiter>? Node { get; set; }

        public Task Task => _done.Task;

        public void Register(CancellationToken token) => _registration = token.UnsafeRegister(
            static (waiter, canceled) => ((Waiter)waiter!).CancelRequested(canceled), this);

        public void Complete()
        {
            _registration.Unregister();
            _done.TrySetResult();
        }

        public void Cancel(CancellationToken token) => _done.TrySetCanceled(token);

        private void CancelRequested(CancellationToken token) => bound.Canceled(this, token);
    }
}
