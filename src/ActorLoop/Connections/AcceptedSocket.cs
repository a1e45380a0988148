using System.Net;

namespace ActorLoop.Connections;

/// <summary>A connection that a listener accepted and nobody has made a transport of yet.</summary>
/// <param name="Descriptor">Whoever has this closes it.</param>
/// <param name="Peer">Who connected.</param>
/// <param name="Local">Our own name, where the listener knows it; else the system has to be asked.</param>
/// <param name="IsSetUp">Whether it got its options from the listener.</param>
internal readonly record struct AcceptedSocket(int Descriptor, EndPoint? Peer, EndPoint? Local, bool IsSetUp);
