namespace ActorLoop.SupervisionContract;

/// <summary>Where a scripted actor can be made to fail.</summary>
public enum Hook
{
    /// <summary>Making the instance.</summary>
    Factory,

    PreStart,

    PostStop,

    PreRestart,

    PostRestart,
}
