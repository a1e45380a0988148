namespace ActorLoop.Supervision;

/// <summary>A node of the tree.</summary>
internal abstract class Cell : Node
{
    public override string Name => throw new NotSupportedException();

    public override string Path => throw new NotSupportedException();

    public override long Uid => throw new NotSupportedException();

    public override EventLoop Loop => throw new NotSupportedException();

    public override bool IsTerminated => throw new NotSupportedException();

    public override Task Termination => throw new NotSupportedException();

        public ActorRef? ParentRef => throw new NotSupportedException();

    public int RestartCount => throw new NotSupportedException();

    public override void WatchedBy(Cell watcher) => throw new NotSupportedException();

    public override void UnwatchedBy(Cell watcher) => throw new NotSupportedException();

    public void TellTerminated(Node target, bool existed, bool addressTerminated) => throw new NotSupportedException();

    public override void RequestStop() => throw new NotSupportedException();

    public override void RequestKill() => throw new NotSupportedException();

    public IReadOnlyCollection<ActorRef> ChildRefs() => throw new NotSupportedException();

    public ActorRef<T> Spawn<T>(Func<Actor<T>> factory, string? name, ActorOptions? options, EventLoop? loop) =>
        throw new NotSupportedException();
}
