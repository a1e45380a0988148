namespace ActorLoop.SupervisionContract;

/// <summary>What an engine can do beyond the ground all of them share; cases that need more are skipped.</summary>
[Flags]
public enum SupervisionAbilities
{
    /// <summary>The common ground: what Akka does.</summary>
    None = 0,

    /// <summary><see cref="RestForOneStrategy"/>.</summary>
    RestForOne = 1,

    /// <summary><see cref="WindowKind.Sliding"/>.</summary>
    SlidingWindow = 1 << 1,

    /// <summary><see cref="OnExhausted.Escalate"/>.</summary>
    EscalateWhenExhausted = 1 << 2,

    /// <summary><see cref="ShutdownDeadline"/>, and a stop that waits for what a child awaits.</summary>
    ShutdownDeadline = 1 << 3,

    /// <summary>Children stop one after the other in reverse order, and groups restart in order.</summary>
    Ordered = 1 << 4,

    /// <summary><see cref="RestartType.Permanent"/> and <see cref="RestartType.Temporary"/>.</summary>
    RestartTypes = 1 << 5,

    /// <summary>Significant children and <see cref="AutoShutdown"/>.</summary>
    AutoShutdown = 1 << 6,

    /// <summary><see cref="ActorScript.Backoff"/> with any <see cref="IRestartBackoff"/>.</summary>
    Backoff = 1 << 7,

    /// <summary><see cref="ISupervisionWorld.AdvanceAsync"/> moves a clock that otherwise stands still.</summary>
    ManualClock = 1 << 8,

    /// <summary>A stop or a restart cancels what the actor awaits.</summary>
    CancelsReceive = 1 << 9,

    /// <summary>The world can tell what was reported: <see cref="ISupervisionWorld.Reports"/>.</summary>
    Reports = 1 << 10,

    /// <summary>A restart that fails leaves nothing behind: the old instance gets no hook a second time.</summary>
    FailedRestartIsOver = 1 << 11,

    /// <summary>Everything there is.</summary>
    All = (1 << 12) - 1,
}
