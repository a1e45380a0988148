namespace ActorLoop.Connections;

internal enum ServerState
{
    Bound,
    Serving,
    Closed,
}
