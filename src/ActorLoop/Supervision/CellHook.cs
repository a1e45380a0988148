namespace ActorLoop.Supervision;

/// <summary>The hooks; the two that begin a life include the making of the instance.</summary>
internal enum CellHook
{
    PreStart,
    PostStop,
    PreRestart,
    PostRestart,
}
