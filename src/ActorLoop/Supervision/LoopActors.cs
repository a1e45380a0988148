using ActorLoop.Execution;

namespace ActorLoop.Supervision;

/// <summary>The actors of one loop.</summary>
internal sealed class LoopActors(LoopCore core)
{
    public LoopCore Core => core;

    public Cell Root => throw new NotSupportedException();

    public Cell? Current { get; set; }
}
