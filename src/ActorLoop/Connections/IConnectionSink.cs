namespace ActorLoop.Connections;

/// <summary>Where a listener delivers the sockets it accepted.</summary>
internal interface IConnectionSink
{
    void Accepted(in AcceptedSocket socket);
}
