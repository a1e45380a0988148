using System.Net;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>Where a listener delivers the sockets it accepted.</summary>
internal interface IConnectionSink
{
    void Accepted(SocketHandle socket, EndPoint? peer);
}
