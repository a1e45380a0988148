namespace ActorLoop.Supervision;

/// <summary>What one node tells another: a call on one loop, a system message between loops.</summary>
internal enum CellOp : byte
{
    Start,

    /// <summary>End for good; the number is a <see cref="StopReason"/>.</summary>
    Stop,

    /// <summary>End for good at once; what is awaited is left to itself.</summary>
    GiveUp,

    Kill,
    Suspend,
    Resume,

    /// <summary>The supervisor's answer to a failure: go on with the same instance.</summary>
    ResumeFailed,

    /// <summary>Wind down for a restart; the argument is a <see cref="RestartOrder"/>.</summary>
    Restart,

    /// <summary>All of the group are wound down: start again.</summary>
    FinishRestart,

    ChildFailed,

    /// <summary>A permanent child ended by itself and asks for another life.</summary>
    ChildExited,

    ChildTerminated,

    /// <summary>A member of a <see cref="RestartGroup"/>, the argument, is wound down.</summary>
    ChildWoundDown,

    Watch,
    Unwatch,
    WatchedTerminated,
}
