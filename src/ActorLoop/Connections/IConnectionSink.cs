using System.Net;

namespace ActorLoop.Connections;

/// <summary>Where a listener delivers the descriptors it accepted.</summary>
internal interface IConnectionSink
{
    void Accepted(int descriptor, EndPoint? peer);
}
