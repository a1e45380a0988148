namespace ActorLoop.Names;

/// <summary>A lookup that must not outlive its loop.</summary>
internal interface IPendingLookup
{
    void LoopClosed(string loop);
}
