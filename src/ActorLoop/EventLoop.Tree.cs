using ActorLoop.Supervision;

namespace ActorLoop;

/// <summary>The loop as a node of the supervised tree.</summary>
public abstract partial class EventLoop
{
    private LoopTree? _tree;

    /// <summary>
    /// The loop as a node of the supervised tree, such as <c>edge/loop-0</c>. It has ended when the loop is closed. Stopping it is
    /// <see cref="Stop"/>; killing it ends the run with a <see cref="FatalLoopException"/>. It receives no messages. Thread: any.
    /// </summary>
    public ActorRef Actor => Tree.Actor;

    internal LoopTree Tree => _tree ?? Interlocked.CompareExchange(ref _tree, new LoopTree(Core), null) ?? _tree;
}
