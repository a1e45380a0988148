namespace ActorLoop.Futures;

/// <summary>
/// Where a <see cref="LoopWait{T}"/> is: nobody waits, somebody waits, or the outcome waits to be taken.
/// </summary>
internal enum WaitStage : byte
{
    Free,
    Pending,
    Done,
}
