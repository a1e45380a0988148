namespace ActorLoop.Supervision;

/// <summary>A node of the tree.</summary>
internal abstract class Cell
{
    public string Name => throw new NotSupportedException();

    public string Path => throw new NotSupportedException();

    public long Uid => throw new NotSupportedException();

    public EventLoop Loop => throw new NotSupportedException();

    public bool IsTerminated => throw new NotSupportedException();

    public Task Termination => throw new NotSupportedException();

    public abstract ActorRef Ref { get; }

    public ActorRef? ParentRef => throw new NotSupportedException();

    public int RestartCount => throw new NotSupportedException();

    public void RequestStop() => throw new NotSupportedException();

    public void RequestKill() => throw new NotSupportedException();

    public IReadOnlyCollection<ActorRef> ChildRefs() => throw new NotSupportedException();

    public ActorRef<T> Spawn<T>(Func<Actor<T>> factory, string? name, ActorOptions? options, EventLoop? loop) =>
        throw new NotSupportedException();
}
