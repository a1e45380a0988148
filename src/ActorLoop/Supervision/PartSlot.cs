namespace ActorLoop.Supervision;

/// <summary>Where a part keeps its node, which is made when somebody asks for it. Thread: any.</summary>
internal struct PartSlot
{
    private static readonly object s_ended = new();

    private object? _node;

    /// <summary>The node; one that has ended already if the part has.</summary>
    public PartNode NodeOf(IPart part)
    {
        if (Volatile.Read(ref _node) is PartNode known)
        {
            return known;
        }

        var fresh = new PartNode(part);
        object? found = Interlocked.CompareExchange(ref _node, fresh, null);
        if (ReferenceEquals(found, s_ended))
        {
            fresh.End(withLoop: false);
            found = Interlocked.CompareExchange(ref _node, fresh, s_ended);
        }

        return found as PartNode ?? fresh;
    }

    /// <summary>The part has ended. Calling it again does nothing.</summary>
    public void End(bool withLoop) =>
        (Interlocked.CompareExchange(ref _node, s_ended, null) as PartNode)?.End(withLoop);
}
