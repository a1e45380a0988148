using System.Net.Sockets;

namespace ActorLoop;

/// <summary>Connecting to a service by its name.</summary>
public abstract partial class EventLoop
{
    /// <summary>Connects to a service of a host. The same as with a port, which is looked up.</summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="factory">Makes the protocol, once the connection is there.</param>
    /// <param name="host">Name or address. Its addresses are tried in the resolver's order.</param>
    /// <param name="service">Name of a service, such as "http", or a port.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <returns>The transport and its protocol.</returns>
    /// <remarks>Thread: the loop's.</remarks>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">
    /// The lookup failed, or no address could be connected to; the message names each.
    /// </exception>
    /// <exception cref="AggregateException">
    /// No address could be connected to, and <see cref="ConnectionOptions.AllErrors"/> asks for every error.
    /// </exception>
    public virtual Task<(ITransport Transport, TProtocol Protocol)> CreateConnectionAsync<TProtocol>(
        Func<TProtocol> factory,
        string host,
        string service,
        ConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(CreateConnectionAsync));
}
