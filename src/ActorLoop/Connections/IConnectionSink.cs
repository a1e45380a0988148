namespace ActorLoop.Connections;

/// <summary>Where a listener delivers the descriptors it accepted.</summary>
internal interface IConnectionSink
{
    void Accepted(in AcceptedSocket socket);
}
