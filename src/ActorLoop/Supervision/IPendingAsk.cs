namespace ActorLoop.Supervision;

/// <summary>A question that the end of the actor answers.</summary>
internal interface IPendingAsk
{
    /// <summary>Place in the list of its actor, or -1.</summary>
    int Index { get; set; }

    void ActorTerminated();
}
