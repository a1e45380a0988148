namespace ActorLoop.Futures;

/// <summary>The life of a future. It only moves forward, and only once out of <see cref="Pending"/>.</summary>
internal enum FutureState
{
    Pending,

    /// <summary>Somebody has won the right to complete it and is storing the outcome.</summary>
    Completing,

    Succeeded,
    Failed,
    Canceled,
}
