namespace ActorLoop.Transports;

/// <summary>Whoever counts the connections it made: a server.</summary>
internal interface ITransportOwner
{
    void TransportEnded(StreamTransport transport);
}
