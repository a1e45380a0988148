namespace ActorLoop.Connections;

/// <summary>How an attempt to connect is getting on.</summary>
internal enum AttemptState
{
    Pending,
    Connected,
    Failed,
}
