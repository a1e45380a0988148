using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace ActorLoop;

/// <summary>Connections and servers. A loop of another kind overrides what it supports.</summary>
public abstract partial class EventLoop
{
    /// <summary>
    /// Connects to a host and gives the connection to a protocol. The order: connect, call the factory, make the transport,
    /// <c>ConnectionMade</c>, complete this call, deliver data. Mirrors <c>create_connection</c>.
    /// </summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="factory">Makes the protocol, once the connection is there.</param>
    /// <param name="host">Name or address. Its addresses are tried in the resolver's order.</param>
    /// <param name="port">Port, 1 to 65535.</param>
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
        int port,
        ConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(CreateConnectionAsync));

    /// <summary>Gives a connected socket to a protocol. Mirrors <c>create_connection(sock=…)</c>.</summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="factory">Makes the protocol.</param>
    /// <param name="socket">A connected stream socket; the transport owns it from now on.</param>
    /// <param name="options">
    /// Further options; null is all defaults. Those that say how a host is connected to must not be set.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The transport and its protocol.</returns>
    /// <exception cref="ArgumentException">
    /// The socket is no connected stream socket, or the options say how a host is connected to.
    /// </exception>
    public virtual Task<(ITransport Transport, TProtocol Protocol)> CreateConnectionAsync<TProtocol>(
        Func<TProtocol> factory,
        Socket socket,
        ConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(CreateConnectionAsync));

    /// <summary>Listens on the addresses of a host. Mirrors <c>create_server</c>.</summary>
    /// <param name="factory">Makes a protocol for each accepted connection.</param>
    /// <param name="host">Name or address; null or empty is every interface.</param>
    /// <param name="port">Port; 0 is a free one, another for each address.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the resolving of names.</param>
    /// <returns>The server, accepting unless <see cref="ServerOptions.StartServing"/> says otherwise.</returns>
    /// <remarks>Thread: any.</remarks>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">An address could not be bound; none of them is.</exception>
    [OverloadResolutionPriority(1)] // A null is no host, not no list of hosts.
    public Task<Server> CreateServerAsync(
        Func<StreamProtocol> factory,
        string? host,
        int port,
        ServerOptions? options = null,
        CancellationToken cancellationToken = default) =>
        CreateServerAsync(factory, [host], port, options, cancellationToken);

    /// <summary>Listens on the addresses of several hosts; an address that appears twice is bound once.</summary>
    /// <param name="factory">Makes a protocol for each accepted connection.</param>
    /// <param name="hosts">Names or addresses; at least one.</param>
    /// <param name="port">Port; 0 is a free one, another for each address.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the resolving of names.</param>
    /// <returns>The server, accepting unless <see cref="ServerOptions.StartServing"/> says otherwise.</returns>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">An address could not be bound; none of them is.</exception>
    public virtual Task<Server> CreateServerAsync(
        Func<StreamProtocol> factory,
        IReadOnlyList<string?> hosts,
        int port,
        ServerOptions? options = null,
        CancellationToken cancellationToken = default) => throw Unsupported(nameof(CreateServerAsync));

    /// <summary>Listens on a socket that is bound already. Mirrors <c>create_server(sock=…)</c>.</summary>
    /// <param name="factory">Makes a protocol for each accepted connection.</param>
    /// <param name="socket">A bound stream socket; the server owns it from now on.</param>
    /// <param name="options">Further options; null is all defaults. Family and ReusePort are the socket's matter.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The server, accepting unless <see cref="ServerOptions.StartServing"/> says otherwise.</returns>
    /// <exception cref="ArgumentException">The socket is no bound stream socket, or the options contradict it.</exception>
    public virtual Task<Server> CreateServerAsync(
        Func<StreamProtocol> factory,
        Socket socket,
        ServerOptions? options = null,
        CancellationToken cancellationToken = default) => throw Unsupported(nameof(CreateServerAsync));

    private NotSupportedException Unsupported(string member) => new($"{GetType().Name} does not support {member}.");
}
