using ActorLoop.Supervision;

namespace ActorLoop;

/// <summary>The group as a node of the supervised tree.</summary>
public sealed partial class EventLoopGroup
{
    private static long s_lastUid;

    private readonly long _uid = Interlocked.Increment(ref s_lastUid);
    private PartSlot _node;

    /// <summary>
    /// The group as a node of the supervised tree. It has ended when every loop is closed. Stopping it is <see cref="StopAsync(TimeSpan)"/>
    /// with five seconds for connections, killing it is <see cref="DisposeAsync"/>. It receives no messages. Thread: any.
    /// </summary>
    public ActorRef Actor => _node.NodeOf(this).Ref;

    EventLoop IPart.Loop => Loops[0];

    string IPart.NodeName => _options.Name;

    long IPart.NodeUid => _uid;

    IPart? IPart.Whole => null;

    void IPart.StopPart() => _ = StopAsync(TimeSpan.FromSeconds(5));

    void IPart.KillPart() => _ = StopAsync(TimeSpan.Zero);
}
