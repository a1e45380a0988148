namespace ActorLoop.Tests.Loops;

/// <summary>A way to make loops. Whatever the kind, it passes the same contract suite.</summary>
public interface ILoopKind : IDisposable
{
    EventLoop Create(EventLoopOptions options);

    /// <summary>Whether loops of this kind watch descriptors; those that do not must say so.</summary>
    bool WatchesDescriptors => true;

    /// <summary>
    /// Has the next turn of the newest loop wait until so many descriptors are ready, if loops of this kind hear of readiness
    /// later than it is there.
    /// </summary>
    void ExpectReady(int descriptors);
}
