namespace ActorLoop.Execution;

/// <summary>A transport or server, which must let go of its descriptor when the loop closes.</summary>
internal interface IDescriptorOwner
{
    void LoopClosing();

    /// <summary>
    /// The loop was collected without being closed: free a descriptor that nothing else would free, and call nobody. Thread: the
    /// finalizer's.
    /// </summary>
    void LoopDropped()
    {
    }
}
