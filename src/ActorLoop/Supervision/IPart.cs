namespace ActorLoop.Supervision;

/// <summary>A part of the network that has a place in the tree: a connection, a server, a loop, a group.</summary>
internal interface IPart
{
    /// <summary>The loop it belongs to.</summary>
    EventLoop Loop { get; }

    /// <summary>Last part of its path.</summary>
    string NodeName { get; }

    /// <summary>Tells apart parts that had the same path one after the other.</summary>
    long NodeUid { get; }

    /// <summary>What it is a part of; null at the top.</summary>
    IPart? Whole { get; }

    /// <summary>What it is, and how it is, for the printed tree. Thread: any.</summary>
    string Summary { get; }

    /// <summary>Some of its own parts, and how many there are. Thread: any.</summary>
    (IReadOnlyList<IPart> Some, int Count) Parts(int max) => ([], 0);

    /// <summary>Ends it in order. Thread: any.</summary>
    void StopPart();

    /// <summary>Ends it at once. Thread: any.</summary>
    void KillPart();
}
