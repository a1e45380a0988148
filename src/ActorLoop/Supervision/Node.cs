namespace ActorLoop.Supervision;

/// <summary>
/// What an <see cref="ActorRef"/> names: a <see cref="Cell"/>, which is supervised as actors are, or a <see cref="PartNode"/>, which
/// stands for something that leads a life of its own. Thread: any.
/// </summary>
internal abstract class Node
{
    public abstract string Name { get; }

    public abstract string Path { get; }

    /// <summary>Tells apart those that had the same path one after the other.</summary>
    public long Uid { get; set; }

    public abstract EventLoop Loop { get; }

    public abstract bool IsTerminated { get; }

    /// <summary>Completed when it has ended.</summary>
    public abstract Task Termination { get; }

    public abstract ActorRef Ref { get; }

    /// <summary>Ends it in order.</summary>
    public abstract void RequestStop();

    /// <summary>Ends it at once, or makes it fail.</summary>
    public abstract void RequestKill();

    /// <summary>Tells an actor, once, when this has ended, or that it has. False: it cannot even be asked any more.</summary>
    public abstract bool WatchedBy(Cell watcher);

    public abstract void UnwatchedBy(Cell watcher);
}
