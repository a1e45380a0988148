namespace ActorLoop.Supervision;

/// <summary>Where a node is in its life.</summary>
internal enum CellState : byte
{
    /// <summary>Made, and its start is on the way.</summary>
    New,

    /// <summary>Works, or waits for a decision after a failure; without an instance if that was a failure to start.</summary>
    Running,

    /// <summary>Winds down the old instance and its children for a restart.</summary>
    Restarting,

    /// <summary>Has no instance and waits for the next: for its back-off, or for the others of a group.</summary>
    Waiting,

    /// <summary>Winds down for good.</summary>
    Stopping,

    /// <summary>Has ended.</summary>
    Terminated,
}
