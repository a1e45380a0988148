using ActorLoop.Supervision;

namespace ActorLoop.Transports;

/// <summary>Whoever counts the connections it made: a server, or the loop for those to servers elsewhere.</summary>
internal interface ITransportOwner : IPart
{
    /// <summary>Begins the names of its connections, before the number.</summary>
    string ConnectionPrefix { get; }

    /// <summary>The number of the next connection. Loop thread only.</summary>
    int NextNumber();

    void TransportStarted(StreamTransport transport)
    {
    }

    /// <summary>A connection failed, and its strategy leaves it to whom it belongs to what becomes of that.</summary>
    void Escalated(Exception failure);

    void TransportEnded(StreamTransport transport);
}
