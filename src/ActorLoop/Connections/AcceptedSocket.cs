using System.Net;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>A connection that a listener accepted and nobody has made a transport of yet.</summary>
/// <param name="Handle">Whoever has this closes it.</param>
/// <param name="Peer">Who connected.</param>
/// <param name="Local">Our own name, where the listener knows it; else the system has to be asked.</param>
/// <param name="IsSetUp">Whether it got its options from the listener.</param>
internal readonly record struct AcceptedSocket(SocketHandle Handle, EndPoint? Peer, EndPoint? Local, bool IsSetUp);
