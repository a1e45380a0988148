namespace ActorLoop.Sockets;

/// <summary>Finished operations of one kind, to be used again. Thread: the loop's.</summary>
internal sealed class OperationPool<T>(Func<T> create)
    where T : SocketOperation
{
    private const int MaxKept = 1024;

    private readonly Stack<T> _free = new();

    public T Rent() => _free.TryPop(out T? operation) ? operation : create();

    public void Return(T operation)
    {
        if (_free.Count < MaxKept)
        {
            _free.Push(operation);
        }
    }
}
