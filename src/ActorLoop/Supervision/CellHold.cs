namespace ActorLoop.Supervision;

/// <summary>Reasons for receiving nothing; one comparison with <see cref="None"/> answers for all of them.</summary>
[Flags]
internal enum CellHold : byte
{
    None = 0,

    /// <summary>There is no instance that has started, or it is being wound down.</summary>
    NotRunning = 1,

    /// <summary>A supervisor above waits for a decision.</summary>
    Suspended = 1 << 1,

    /// <summary>A message is being handled that awaits something.</summary>
    Busy = 1 << 2,

    /// <summary>Failed, and the decision is outstanding.</summary>
    Failed = 1 << 3,

    /// <summary>A stop or a kill is on the way; what is in the mailbox does not go before it.</summary>
    Doomed = 1 << 4,
}
