namespace ActorLoop.Supervision;

/// <summary>What a supervisor notes about a child; written on the supervisor's loop.</summary>
[Flags]
internal enum CellMarks : byte
{
    None = 0,

    /// <summary>It must stop, when its turn comes.</summary>
    ToStop = 1,

    /// <summary>It was told so.</summary>
    StopSent = 1 << 1,

    /// <summary>It stops because it failed, and not because somebody wants it to.</summary>
    Failing = 1 << 2,
}
