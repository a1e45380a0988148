namespace ActorLoop.Transports;

/// <summary>Whoever started an operation of the system and hears of its end.</summary>
internal interface ICompletionOwner
{
    /// <summary>The operation is over. Loop thread only.</summary>
    void Completed(Completion completion);
}
