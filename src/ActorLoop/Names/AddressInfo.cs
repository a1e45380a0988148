using System.Net;
using System.Net.Sockets;

namespace ActorLoop;

/// <summary>One address of a host, and the kind of socket it is for. Mirrors an entry of <c>getaddrinfo</c>.</summary>
/// <param name="EndPoint">Address and port.</param>
/// <param name="SocketType">Kind of socket.</param>
/// <param name="Protocol">Protocol of the socket.</param>
/// <param name="CanonicalName">
/// The host's official name, in the first entry of an answer to <see cref="AddressInfoHints.CanonicalName"/>.
/// </param>
public sealed record AddressInfo(
    IPEndPoint EndPoint, SocketType SocketType, ProtocolType Protocol, string? CanonicalName = null)
{
    /// <summary>The family of the address.</summary>
    public AddressFamily Family => EndPoint.AddressFamily;
}
