using System.Net.Sockets;

namespace ActorLoop;

/// <summary>Datagrams.</summary>
public abstract partial class EventLoop
{
    /// <summary>
    /// Opens a socket for datagrams and gives it to a protocol. The order: look up names, bind, connect, call the factory,
    /// make the
    /// transport, <c>ConnectionMade</c>, complete this call, deliver datagrams. Mirrors <c>create_datagram_endpoint</c>.
    /// </summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="factory">Makes the protocol, once the socket is there.</param>
    /// <param name="options">What to bind and connect to, and how.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <returns>The transport and its protocol.</returns>
    /// <remarks>
    /// Thread: the loop's. If a host has several addresses, local and remote ones of the same family are tried in order;
    /// when none
    /// works, the first error is thrown.
    /// </remarks>
    /// <exception cref="ArgumentException">A bad or contradictory option; nothing was opened.</exception>
    /// <exception cref="SocketException">No address could be looked up, bound or connected to.</exception>
    public virtual Task<(IDatagramTransport Transport, TProtocol Protocol)> CreateDatagramEndpointAsync<TProtocol>(
        Func<TProtocol> factory,
        DatagramOptions options,
        CancellationToken cancellationToken = default)
        where TProtocol : DatagramProtocol => throw Unsupported(nameof(CreateDatagramEndpointAsync));
}
