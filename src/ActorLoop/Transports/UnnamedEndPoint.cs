using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>The sender that has no name: a Unix socket that was never bound. It cannot be answered.</summary>
internal sealed class UnnamedEndPoint : EndPoint
{
    public static readonly UnnamedEndPoint Instance = new();

    public override AddressFamily AddressFamily => AddressFamily.Unix;

    public override string ToString() => "(unnamed)";
}
